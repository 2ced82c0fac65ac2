using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Generators;
using ChainBridge.TestKit.Load.Measurements;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Generators that hang, and runs that are cancelled: no wait is endless, and what was measured is kept.</summary>
public sealed class SilentGeneratorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();

    public SilentGeneratorTests() => _listener.Start();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static LoadPlan Plan => new("silent", HttpScenario.Get("/"), ArrivalRates.Constant(10, TimeSpan.FromSeconds(1)))
    {
        Target = new("http://127.0.0.1:1"),
    };

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_generator_that_never_gets_ready_ends_the_run_with_what_was_waited_for()
    {
        var run = RunAsync(Stop);
        using var client = await _listener.AcceptTcpClientAsync(Stop);
        using var from = new StreamReader(client.GetStream());
        await UntilItHasItsPlanAsync(from);
        (await AfterAsync(run, TimeSpan.FromMinutes(6))).Broken.Should().Be("the setup did not end within 5 minutes");
    }

    [Fact]
    public async Task An_agent_that_closes_before_it_is_ready_ends_the_run_at_once()
    {
        var run = RunAsync(Stop);
        using (var client = await _listener.AcceptTcpClientAsync(Stop))
        {
            using var from = new StreamReader(client.GetStream());
            await UntilItHasItsPlanAsync(from);
        }

        (await run.WaitAsync(Patience, Stop)).Broken.Should().MatchRegex("the agent at .* ended before it was ready: its connection ended");
    }

    [Fact]
    public async Task A_generator_that_hangs_in_its_load_ends_the_run_with_the_windows_it_wrote()
    {
        var watcher = new Watcher();
        var run = RunAsync(Stop, watcher);
        using var client = await _listener.AcceptTcpClientAsync(Stop);
        using var from = new StreamReader(client.GetStream());
        await using var to = new StreamWriter(client.GetStream()) { AutoFlush = true };
        await BeginAsync(from, to);
        await to.WriteLineAsync($"{GeneratorWords.Window} {LoadJson.Write(Window)}");
        await watcher.Seen.Task.WaitAsync(Patience, Stop);
        var measured = await AfterAsync(run, TimeSpan.FromMinutes(5));
        measured.Broken.Should().Contain("did not end in time");
        measured.Windows.Should().ContainSingle();
        var step = measured.Steps.Single();
        step.Errors.Should().BeEquivalentTo(new Dictionary<string, long>
        {
            ["timeout"] = 2, ["a kind that its generator took with it"] = 1,
        });
        (step.Count, step.Failed.Count, step.ErrorRate).Should().Be((3, 3, 1));
        (measured.Due, measured.Begun).Should().Be((3, 3));
        measured.StartedAt.Should().BeCloseTo(_time.Start, TimeSpan.FromMinutes(10));
        LoadTest.Judge(Plan, measured).Verdict.Should().Be(LoadVerdict.Inconclusive);
    }

    [Fact]
    public async Task A_wrong_answer_that_a_dead_generator_had_told_of_fails_the_run()
    {
        var run = RunAsync(Stop);
        using (var client = await _listener.AcceptTcpClientAsync(Stop))
        {
            using var from = new StreamReader(client.GetStream());
            await using var to = new StreamWriter(client.GetStream()) { AutoFlush = true };
            await BeginAsync(from, to);
            var wrong = new StepWindow("GET /", new(), 3, 0) { Errors = new Dictionary<string, long> { ["status 500"] = 3 } };
            await to.WriteLineAsync($"{GeneratorWords.Window} {LoadJson.Write(Window with { Steps = [wrong] })}");
        }

        var result = LoadTest.Judge(Plan, await run.WaitAsync(Patience, Stop));
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Reason.Should().Contain("errors <= 0%: was 100% (3 of 3: 3× status 500)");
    }

    [Fact]
    public async Task A_cancelled_run_keeps_the_measurement_that_its_generator_writes_then()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = RunAsync(cancelled.Token);
        using var client = await _listener.AcceptTcpClientAsync(Stop);
        using var from = new StreamReader(client.GetStream());
        await using var to = new StreamWriter(client.GetStream()) { AutoFlush = true };
        await BeginAsync(from, to);
        await cancelled.CancelAsync();
        (await from.ReadLineAsync(Stop)).Should().StartWith(GeneratorWords.End);
        await to.WriteLineAsync($"{GeneratorWords.Measured} {LoadJson.Write(new LoadMeasurement { Begun = 7, EndedEarly = "cancelled" })}");
        var measured = await run.WaitAsync(Patience, Stop);
        (measured.Begun, measured.Broken).Should().Be((7, null));
    }

    [Fact]
    public async Task An_agent_lets_go_of_a_client_that_sends_nothing()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = new AgentServer(new(IPAddress.Loopback, 0), "a secret of this test", _time);
        var place = agent.Start();
        var serving = agent.ServeAsync(ending.Token);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(place, Stop);
        var gone = stranger.GetStream().ReadAsync(new byte[1], Stop).AsTask();
        (await AfterAsync(gone, TimeSpan.FromSeconds(11))).Should().Be(0, "the agent has closed the connection");
        await ending.CancelAsync();
        await serving;
    }

    private static LoadWindow Window => new(TimeSpan.Zero, TimeSpan.FromSeconds(1), [new("GET /", new(), 3, 0)
    {
        Errors = new Dictionary<string, long> { ["timeout"] = 2 },
    }], 3, 0);

    private Task<LoadMeasurement> RunAsync(CancellationToken cancellationToken, ILoadWatcher? watcher = null)
    {
        var place = (IPEndPoint)_listener.LocalEndpoint;
        return LoadEngine.Agents([new("127.0.0.1", place.Port)], "any", _time).RunAsync(Plan, watcher, cancellationToken);
    }

    private static async Task UntilItHasItsPlanAsync(StreamReader from)
    {
        (await from.ReadLineAsync(Stop)).Should().StartWith(GeneratorWords.Token);
        (await from.ReadLineAsync(Stop)).Should().StartWith(GeneratorWords.Run);
    }

    /// <summary>Plays a generator up to the beginning of its load.</summary>
    private static async Task BeginAsync(StreamReader from, StreamWriter to)
    {
        await UntilItHasItsPlanAsync(from);
        await to.WriteLineAsync(GeneratorWords.Ready);
        while (await from.ReadLineAsync(Stop) is { } line && !line.StartsWith(GeneratorWords.Begin, StringComparison.Ordinal))
            await to.WriteLineAsync($"{GeneratorWords.Clock} 0");
    }

    /// <summary>Lets the time of the test pass until something has ended, for at most <see cref="Patience"/> of real time.</summary>
    private async Task<T> AfterAsync<T>(Task<T> ending, TimeSpan time)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!ending.IsCompleted)
        {
            await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(50), Stop));
            _time.Advance(time);
            if (deadline.IsCancellationRequested) throw new TimeoutException($"it had not ended after {Patience.TotalSeconds} s");
        }

        return await ending;
    }

    private sealed class Watcher : ILoadWatcher
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Sees(LoadWindow window)
        {
            Seen.TrySetResult();
            return null;
        }
    }
}
