using System.Globalization;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Ends the process in the middle of the run, with the exit code <c>SAMPLE_EXITS</c> (default 0).</summary>
public sealed class EndsItsProcess
{
    [Fact]
    public void Calls_exit() => Exit();

    internal static void Exit() =>
        Environment.Exit(int.Parse(Environment.GetEnvironmentVariable("SAMPLE_EXITS") ?? "0", CultureInfo.InvariantCulture));
}

public sealed class EndsItsProcessInItsFixture(EndsItsProcessInItsFixture.ExitingFixture fixture)
    : IClassFixture<EndsItsProcessInItsFixture.ExitingFixture>
{
    [Fact]
    public void Never_begins() => Assert.NotNull(fixture);

    public sealed class ExitingFixture
    {
        public ExitingFixture() => EndsItsProcess.Exit();
    }
}

public sealed class EndsItsProcessWithItsFixture(EndsItsProcessWithItsFixture.ExitingFixture fixture)
    : IClassFixture<EndsItsProcessWithItsFixture.ExitingFixture>
{
    [Fact]
    public void Passes_before() => Assert.NotNull(fixture);

    public sealed class ExitingFixture : IDisposable
    {
        public void Dispose() => EndsItsProcess.Exit();
    }
}
