using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Output;

/// <summary>The exit codes that scripts rely on.</summary>
public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData(Failure.Usage, 2)]
    [InlineData(Failure.GateFailed, 10)]
    [InlineData(Failure.CandidateFailed, 11)]
    [InlineData(Failure.NoPreviousRelease, 12)]
    [InlineData(Failure.PersonNeeded, 13)]
    [InlineData(Failure.Inconclusive, 14)]
    [InlineData(Failure.Locked, 15)]
    [InlineData(Failure.Refused, 16)]
    [InlineData(Failure.NoSuchRelease, 17)]
    [InlineData(Failure.Unreachable, 18)]
    [InlineData(Failure.Interrupted, 130)]
    public void Every_failure_has_the_exit_code_that_is_documented(Failure? failure, int code) =>
        ((int)ExitCodes.Of(failure)).Should().Be(code);

    [Fact]
    public void No_two_failures_have_the_same_exit_code() =>
        Enum.GetValues<Failure>().Select(failure => ExitCodes.Of(failure)).Append(ExitCodes.Of(null)).Should().OnlyHaveUniqueItems();

    [Fact]
    public void A_failure_without_an_exit_code_is_reported()
    {
        var look = () => ExitCodes.Of((Failure)999);
        look.Should().Throw<ArgumentOutOfRangeException>().WithMessage("a failure without an exit code*");
    }
}
