using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>What a service in the test's process logs is shown for a test that fails, and for no other.</summary>
public sealed class ServiceLogTests
{
    [Fact]
    public async Task The_log_of_a_service_is_in_the_output_of_a_test_that_fails_and_nowhere_for_one_that_passes()
    {
        var run = await SampleRun.OfClassesAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken,
            "LogsInItsService");
        run["Passes beside its log"].Outcome.Should().Be("Passed");
        run["Fails beside its log"].Output.Should().Contain("The last lines of shop:")
            .And.Contain("Warning Shop: the log of the test that fails");
        run.Output.Should().NotContain("the log of the test that passes");
    }
}
