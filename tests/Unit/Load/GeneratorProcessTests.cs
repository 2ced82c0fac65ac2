using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Generators;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Real generators in processes of their own: how they end, and what of them is heard.</summary>
public sealed class GeneratorProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("load-generator-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_generator_that_dies_in_its_setup_ends_the_run_at_once_with_its_exit_code_and_what_it_wrote()
    {
        var measured = await RunAsync("dies").WaitAsync(Patience, Stop);
        measured.Broken.Should().Be("generator 0 ended before it was ready: exit code 7; it wrote: there is no licence");
        measured.StartedAt.Year.Should().BeGreaterThan(2000);
    }

    [Fact]
    public async Task A_generator_that_dies_behind_an_agent_is_told_of_as_one_of_this_machine()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = new AgentServer(new(IPAddress.Loopback, 0), "a secret of this test", TimeProvider.System);
        var port = agent.Start().Port;
        var serving = agent.ServeAsync(ending.Token);
        var measured = await LoadEngine.Agents([new("127.0.0.1", port)], "a secret of this test", TimeProvider.System)
            .RunAsync(Plan("dies"), null, Stop).WaitAsync(Patience, Stop);
        measured.Broken.Should().Be(
            $"the agent at 127.0.0.1:{port} ended before it was ready: exit code 7; it wrote: there is no licence");
        await ending.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task An_agent_makes_one_load_at_a_time_and_the_next_is_told_that_it_is_busy()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // Each client has two deadlines of the agent's: for its introduction, and for the load before it.
        var time = new CountedTime(4);
        var agent = new AgentServer(new(IPAddress.Loopback, 0), "a secret of this test", time);
        var port = agent.Start().Port;
        var serving = agent.ServeAsync(ending.Token);
        var engine = LoadEngine.Agents([new("127.0.0.1", port)], "a secret of this test", TimeProvider.System);
        var first = engine.RunAsync(Plan("runs", 600), null, cancelled.Token);
        await ReadAsync("began");
        var second = engine.RunAsync(Plan("runs", 1), null, Stop);
        await time.Counted.WaitAsync(Patience, Stop);
        time.Advance(TimeSpan.FromSeconds(10));
        (await second.WaitAsync(Patience, Stop)).Broken.Should().Be($"the agent at 127.0.0.1:{port} makes another load: run it after that");
        await cancelled.CancelAsync();
        (await first.WaitAsync(Patience, Stop)).EndedEarly.Should().Be("it was cancelled");
        await ending.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_run_of_another_version_than_the_agents_is_refused_with_both()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = new AgentServer(new(IPAddress.Loopback, 0), "a secret of this test", TimeProvider.System);
        using var client = new TcpClient();
        var at = agent.Start();
        var serving = agent.ServeAsync(ending.Token);
        await client.ConnectAsync(at, Stop);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{GeneratorWords.Token} 0.0.9 a secret of this test\n"), Stop);
        using var answer = new StreamReader(client.GetStream());
        (await answer.ReadLineAsync(Stop).AsTask().WaitAsync(Patience, Stop)).Should().Be(
            $"{GeneratorWords.Refused} the agent is of the version {GeneratorWords.Version}, and the run of 0.0.9: install the same on "
            + "both sides");
        await ending.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_scenario_that_prints_is_not_taken_for_its_generator()
    {
        var measured = await RunAsync("prints").WaitAsync(Patience, Stop);
        (measured.Broken, measured.Begun).Should().Be((null, 5));
        measured.Windows.Sum(window => window.Begun).Should().Be(5, "windows are told once, when they end");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_generator_goes_on_when_all_processes_of_a_group_are_signalled_and_cleans_up(string signal)
    {
        var run = RunAsync("runs", seconds: 1);
        await SignalAsync(signal, int.Parse(await ReadAsync("ready"), CultureInfo.InvariantCulture));
        var measured = await run.WaitAsync(Patience, Stop);
        (measured.Broken, measured.Begun).Should().Be((null, 50));
        File.Exists(At("cleaned")).Should().BeTrue();
    }

    [Fact]
    public async Task A_load_that_is_cancelled_keeps_what_was_measured_and_is_cleaned_up()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = RunAsync("runs", seconds: 600, cancelled.Token);
        await ReadAsync("began");
        await cancelled.CancelAsync();
        var measured = await run.WaitAsync(Patience, Stop);
        (measured.Broken, measured.EndedEarly).Should().Be((null, "it was cancelled"));
        measured.Begun.Should().BeInRange(1, 29_000);
        File.Exists(At("cleaned")).Should().BeTrue();
    }

    [Fact]
    public async Task A_setup_that_is_cancelled_is_cleaned_up_too()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = RunAsync("waits", stop: cancelled.Token);
        await ReadAsync("ready");
        await cancelled.CancelAsync();
        await run.Awaiting(one => one.WaitAsync(Patience, Stop)).Should().ThrowAsync<OperationCanceledException>();
        File.Exists(At("cleaned")).Should().BeTrue();
    }

    [Fact]
    public async Task A_generator_ends_and_cleans_up_when_the_run_that_started_it_is_gone()
    {
        using var process = new Process { StartInfo = GeneratorProcess.StartOf(ScenarioType.Of<Scene>()) };
        process.Start();
        await process.StandardInput.WriteLineAsync(
            $"{GeneratorWords.Run} 0 1 {ChainBridge.TestKit.Load.Measurements.LoadJson.Write(Plan("waits"))}");
        await process.StandardInput.FlushAsync(Stop);
        await ReadAsync("ready");
        process.StandardInput.Close();
        process.StandardOutput.Close();
        await process.WaitForExitAsync(Stop).WaitAsync(Patience, Stop);
        File.Exists(At("cleaned")).Should().BeTrue();
    }

    [Fact]
    public void A_generator_is_started_with_the_settings_that_are_its_alone()
    {
        var start = GeneratorProcess.StartOf(ScenarioType.Of<Scene>());
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"].Should().Be("1");
        start.ArgumentList.Should().Contain("--depsfile").And.EndWith("generate");
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError).Should().Be((true, true, true));
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private LoadPlan Plan(string does, double seconds = 0.1) =>
        new("unit", ScenarioType.Of<Scene>(), ArrivalRates.Constant(50, TimeSpan.FromSeconds(seconds)))
        {
            WarmUp = TimeSpan.Zero, EndEarly = false, LateAfter = Patience,
            Settings = new Dictionary<string, string> { ["does"] = does, ["folder"] = _folder.FullName },
        };

    private Task<LoadMeasurement> RunAsync(string does, double seconds = 0.1, CancellationToken? stop = null) =>
        LoadEngine.Process(TimeProvider.System).RunAsync(Plan(does, seconds), null, stop ?? Stop);

    private async Task<string> ReadAsync(string file)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(Patience);
        while (!File.Exists(At(file))) await Task.Delay(10, deadline.Token);
        return await File.ReadAllTextAsync(At(file), Stop);
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Stop);
        kill.ExitCode.Should().Be(0);
    }

    /// <summary>A clock that tells when so many of its timers were made.</summary>
    private sealed class CountedTime(int timers) : FakeTimeProvider
    {
        private readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _made;

        public Task Counted => _counted.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (Interlocked.Increment(ref _made) == timers) _counted.SetResult();
            return timer;
        }
    }

    /// <summary>Does what its setting says.</summary>
    public sealed class Scene : ILoadScenario
    {
        private string _folder = "", _does = "";

        /// <inheritdoc/>
        public async ValueTask SetUpAsync(LoadSetup setup, CancellationToken cancellationToken)
        {
            (_folder, _does) = (setup.Setting("folder"), setup.Setting("does"));
            if (_does == "dies")
            {
                await Console.Error.WriteLineAsync("there is no licence");
                Environment.Exit(7);
            }

            if (_does == "prints") Console.WriteLine();
            Write("ready", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            if (_does == "waits") await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        /// <inheritdoc/>
        public ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
        {
            if (_does == "prints") Console.Write("x");
            if (user.Iteration == 0) Write("began", "");
            return ValueTask.CompletedTask;
        }

        /// <inheritdoc/>
        public ValueTask CleanUpAsync(CancellationToken cancellationToken)
        {
            Write("cleaned", "");
            return ValueTask.CompletedTask;
        }

        private void Write(string file, string text)
        {
            File.WriteAllText(Path.Combine(_folder, $"{file}.part"), text);
            File.Move(Path.Combine(_folder, $"{file}.part"), Path.Combine(_folder, file));
        }
    }
}
