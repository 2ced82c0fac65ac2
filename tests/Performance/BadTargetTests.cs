using System.Net;
using System.Net.Sockets;
using System.Text;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>What goes wrong around a load, with real generators: said clearly, with what was measured until then.</summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class BadTargetTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_target_that_answers_half_a_body_fails_with_that_kind(bool lean)
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        var result = await RunAsync(server.Address, plan => plan with { Http = new(Lean: lean) });
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Measurement.Steps.Single().Errors.Keys.Should().Equal("the answer was cut off");
    }

    [Fact]
    public async Task A_target_that_dies_in_mid_run_fails_and_what_it_answered_before_is_kept()
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", diesAfter: 40);
        var result = await RunAsync(server.Address, plan => plan);
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Measurement.Whole!.Latency.Count.Should().Be(40);
        result.Reason.Should().Contain("connection refused");
    }

    [Fact]
    public async Task A_target_that_stops_answering_in_mid_run_fails_and_the_run_ends_all_the_same()
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", hangsAfter: 40);
        var result = await RunAsync(server.Address, plan => plan with { StepTimeout = TimeSpan.FromMilliseconds(500) });
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Measurement.Whole!.Latency.Count.Should().Be(40);
        result.Measurement.Whole.Errors.Should().Equal(new Dictionary<string, long> { ["timeout"] = 60 });
        result.Measurement.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_inconclusive() =>
        (await RunAsync(new("http://no-such-host.invalid:8080"), plan => plan)).Reason.Should().Contain("does not resolve from here");

    [Fact]
    public async Task A_scenario_that_throws_in_its_setup_is_inconclusive_with_what_it_said()
    {
        var result = await RunAsync(new("http://127.0.0.1:1"), plan => plan with { Scenario = ScenarioType.Of<ThrowsInSetup>() });
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain("the setup failed: InvalidOperationException: there is no test user");
    }

    [Fact]
    public async Task A_generator_that_dies_is_inconclusive_and_its_windows_are_kept()
    {
        var result = await RunAsync(new("http://127.0.0.1:1"),
            plan => plan with { Scenario = ScenarioType.Of<Dies>(), Shape = ArrivalRates.Constant(50, TimeSpan.FromSeconds(3)) });
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain("generator 0 ended before it wrote its measurement: exit code 7");
        result.Measurement.Steps.Sum(step => step.Count).Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_load_split_over_two_generators_is_the_whole_load_exactly()
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var result = await RunAsync(server.Address, plan => plan, LoadEngine.Processes(2, TimeProvider.System));
        result.Measurement.Whole!.Count.Should().Be(100);
        result.Measurement.Generators.Select(generator => generator.Number).Should().Equal(0, 1);
        server.Answered.Should().Be(100);
    }

    private static async Task<LoadResult> RunAsync(Uri target, Func<LoadPlan, LoadPlan> change, ILoadEngine? engine = null) =>
        await PerformanceTest.JudgeAsync(change(new LoadPlan("bad-target", HttpScenario.Get("/"),
            ArrivalRates.Constant(100, TimeSpan.FromSeconds(1)))
        {
            Target = target, WarmUp = TimeSpan.Zero, EndEarly = false, Drain = TimeSpan.FromSeconds(2), LateAfter = TimeSpan.FromSeconds(2),
        }), Stop, engine);

    /// <summary>A scenario whose setup fails.</summary>
    public sealed class ThrowsInSetup : ILoadScenario
    {
        /// <inheritdoc/>
        public ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("there is no test user");

        /// <inheritdoc/>
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    /// <summary>A scenario that ends its process.</summary>
    public sealed class Dies : ILoadScenario
    {
        /// <inheritdoc/>
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            if (user.Iteration >= 80) Environment.Exit(7);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Answers every request on a connection with the same bytes, and may die after some, or fall silent.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly byte[] _answer;
        private readonly int _diesAfter, _hangsAfter;
        private int _answered;

        public RawServer(string answer, int diesAfter = int.MaxValue, int hangsAfter = int.MaxValue)
        {
            (_answer, _diesAfter, _hangsAfter) = (Encoding.ASCII.GetBytes(answer), diesAfter, hangsAfter);
            _listener.Start();
            _ = AcceptAsync();
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}");

        public int Answered => Volatile.Read(ref _answered);

        public void Dispose()
        {
            _end.Cancel();
            _listener.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (!_end.IsCancellationRequested) _ = AnswerAsync(await _listener.AcceptSocketAsync(_end.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It is to end.
            }
        }

        private async Task AnswerAsync(Socket socket)
        {
            using var owned = socket;
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer, _end.Token) > 0)
                {
                    var number = Interlocked.Increment(ref _answered);
                    if (number > _hangsAfter) await Task.Delay(Timeout.Infinite, _end.Token);
                    if (number > _diesAfter)
                    {
                        Dispose();
                        return;
                    }

                    await socket.SendAsync(_answer, _end.Token);
                    // Half a body is one whose connection ends.
                    if (!_answer.AsSpan().EndsWith("ok"u8)) return;
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // It is to end.
            }
        }
    }
}
