using FluentAssertions;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Assertions that show the runner's whole output.</summary>
public static class RunResultAssertions
{
    public static void ShouldEndWith(this RunResult run, int exitCode)
    {
        run.ExitCode.Should().Be(exitCode, "{0}", run.Evidence);
        run.Verdict.Should().Be(exitCode switch { 0 => "pass", 14 or 15 or 18 or 130 => "inconclusive", _ => "fail" }, "{0}", run.Evidence);
    }
}
