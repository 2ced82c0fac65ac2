using ChainBridge.TestKit;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class SteadyLoadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_stalls_gets_every_request_all_the_same()
    {
        var sent = 0;
        var stalled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var samples = await new SteadyLoad(200, TimeProvider.System).RunAsync(TimeSpan.FromMilliseconds(100), (_, _) =>
        {
            if (Interlocked.Increment(ref sent) == 20) stalled.SetResult(true);
            return stalled.Task;
        }, Stop);
        samples.Should().HaveCount(20).And.OnlyContain(sample => !sample.Failed);
        samples[0].Latency.Should().BeGreaterThan(samples[^1].Latency, "the first has waited longest");
    }

    [Fact]
    public async Task A_wrong_answer_and_no_answer_are_both_failures()
    {
        var samples = await new SteadyLoad(1000, TimeProvider.System).RunAsync(TimeSpan.FromMilliseconds(3),
            (number, _) =>
                number == 0 ? Task.FromResult(true) : number == 1 ? Task.FromResult(false) : throw new HttpRequestException("gone"), Stop);
        samples.Select(sample => sample.Failed).Should().Equal(false, true, true);
    }
}
