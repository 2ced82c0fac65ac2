using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>
/// Runs whose process dies in their middle, in ways that .NET raises no event for: a result file records how far they came.
/// </summary>
[InTurn(1)]
public sealed partial class DeathTests(DeathTests.Deaths deaths) : IClassFixture<DeathTests.Deaths>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kill")]
    [InlineData("failfast")]
    [InlineData("overflow")]
    [InlineData("native")]
    public async Task A_process_that_dies_leaves_a_failed_result_file_that_names_what_ran_and_what_had_not_started(string how)
    {
        var (_, file) = await deaths.Of(how).WaitAsync(Stop);
        file.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["A passes before it"] = "passed: ",
            ["(the run of ChainBridge.Tests.TestKit.Sample)"] =
                "failed: The run has not come to its end: running were B ends the process; 1 cases had not started.",
            ["B ends the process"] = "failed: It was running, and the run has not come to its end.",
            ["C comes too late"] = "failed: It had not started, and the run has not come to its end.",
        });
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("failfast")]
    [InlineData("overflow")]
    [InlineData("native")]
    public async Task A_process_that_dies_is_reported_on_standard_error(string how) =>
        (await deaths.Of(how).WaitAsync(Stop)).Run.Output.Should()
            .Contain("the process died. The run has not come to its end: running were B ends the process").And.Contain("Its result file: ");

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_fails_what_ran_and_what_had_not_started_by_name_in_every_result_file(string signal)
    {
        var (run, file) = await deaths.Of(signal).WaitAsync(Stop);
        run.ExitCode.Should().NotBe(0);
        run.Output.Should().Contain($"The run was asked to stop by SIG{signal}: running were Dies: B ends the process (");
        run["A passes before it"].Outcome.Should().Be("Passed");
        run["B ends the process"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains($"The run was asked to stop by SIG{signal}"));
        run["C comes too late"].Should().Match<SampleResult>(result => result.Outcome == "Failed"
            && result.Message.Contains($"It had not started. The run was asked to stop by SIG{signal}"));
        file.Keys.Should().BeEquivalentTo("A passes before it", "B ends the process", "C comes too late");
    }

    [Fact]
    public async Task Without_a_folder_for_it_the_file_is_named_and_a_run_that_ends_leaves_none()
    {
        var died = await SampleRun.ThatDiesAsync(new Dictionary<string, string> { ["SAMPLE_DIES"] = "kill" }, Stop, "Dies");
        var path = NamedFile().Match(died.Output).Groups[1].Value.Trim();
        Deaths.Read(path).Should().ContainKey("B ends the process");
        File.Delete(path);
        var id = 0;
        var ended = await SampleRun.ThatDiesAsync(new Dictionary<string, string>(), Stop, "Dies",
            (process, _) => Task.FromResult(id = process.Id));
        ended.ExitCode.Should().Be(0, ended.Output);
        ended.Output.Should().NotContain("Its result file");
        Directory.GetFiles(Path.GetDirectoryName(path)!, $"*.{id}.*").Should().BeEmpty();
    }

    [GeneratedRegex("Its result file: (.+)")]
    private static partial Regex NamedFile();

    /// <summary>The runs, three at a time, each with the result file that it left.</summary>
    public sealed class Deaths : IAsyncLifetime
    {
        private const string Own = "ChainBridge.Tests.TestKit.Sample.ctrf.json";
        private static readonly TimeSpan Ready = TimeSpan.FromSeconds(120);

        /// <summary>Each has its deadline from its own start on.</summary>
        private readonly SemaphoreSlim _places = new(3);
        private readonly CancellationTokenSource _stop = new();
        private readonly Dictionary<string, Task<(SampleRun, Dictionary<string, string>)>> _runs = [];
        private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-deaths-").FullName;

        internal Task<(SampleRun Run, Dictionary<string, string> File)> Of(string how) => _runs[how];

        /// <inheritdoc/>
        public ValueTask InitializeAsync()
        {
            foreach (var how in new[] { "kill", "failfast", "overflow", "native" }) _runs[how] = RunAsync(how, how);
            foreach (var signal in new[] { "TERM", "INT" }) _runs[signal] = RunAsync(signal, "waits", signal);
            return ValueTask.CompletedTask;
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Task all = Task.WhenAll(_runs.Values);
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Directory.Delete(_folder, recursive: true);
            _places.Dispose();
            _stop.Dispose();
        }

        /// <summary>What a result file holds for each test: its status, and its message up to the second sentence.</summary>
        internal static Dictionary<string, string> Read(string path)
        {
            using var file = JsonDocument.Parse(File.ReadAllText(path));
            var results = file.RootElement.GetProperty("results");
            var tests = results.GetProperty("tests").EnumerateArray().ToList();
            results.GetProperty("summary").GetProperty("tests").GetInt32().Should().Be(tests.Count);
            results.GetProperty("summary").GetProperty("failed").GetInt32()
                .Should().Be(tests.Count(test => test.GetProperty("status").GetString() == "failed"));
            return tests.ToDictionary(
                test => test.GetProperty("name").GetString()!,
                test => $"{test.GetProperty("status").GetString()}: "
                    + (test.TryGetProperty("message", out var message) ? message.GetString()!.Split(" The process was killed")[0] : ""));
        }

        private async Task<(SampleRun, Dictionary<string, string>)> RunAsync(string name, string dies, string? signal = null)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
            var ready = Path.Combine(folder, "ready");
            var variables =
                new Dictionary<string, string> { ["SAMPLE_DIES"] = dies, ["SAMPLE_READY"] = ready, ["CHAINBRIDGE_CTRF"] = folder };
            await _places.WaitAsync(_stop.Token);
            try
            {
                var run = await SampleRun.ThatDiesAsync(variables, _stop.Token, "Dies",
                    (process, stop) => signal is null ? Task.CompletedTask : SignalAsync(process, signal, ready, stop));
                return (run, Read(Path.Combine(folder, Own)));
            }
            finally
            {
                _places.Release();
            }
        }

        private static async Task SignalAsync(Process process, string signal, string ready, CancellationToken stop)
        {
            await Eventually.HoldsAsync(() => File.Exists(ready) || process.HasExited, Ready, "the test waits for its signal");
            using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            await kill.WaitForExitAsync(stop);
        }
    }
}
