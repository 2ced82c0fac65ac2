using ChainBridge.DeployRunner.Output;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>Words that are neither verb nor option, and near one.</summary>
public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("rolback", "did you mean 'rollback'?")]
    [InlineData("deploy --skip-test", "did you mean '--skip-tests'?")]
    [InlineData("deploy --enviroment=staging", "did you mean '--environment'?")]
    [InlineData("status --ouput json", "did you mean '--output'?")]
    [InlineData("zzzzzzzz", "next: deployrunner --help lists verbs and options\n")]
    [InlineData("rollback a b", "next: deployrunner rollback --help lists its options\n")]
    public async Task A_mistyped_verb_or_option_is_answered_with_the_one_that_is_near(string line, string meant)
    {
        (await RunAsync(line)).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain(meant);
    }
}
