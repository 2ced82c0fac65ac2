using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>Gates of the real runner, which is interrupted and killed.</summary>
public sealed class GateOfARunnerTests : IDisposable
{
    private const int Killed = 137;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gate-runner-");
    private readonly string _seconds = $"6{Random.Shared.Next(100_000_000, 999_999_999)}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_ends_the_gate_and_even_children_that_left_session_and_environment_behind(int signal)
    {
        using var runner = Start($"(env -i setsid sh -c 'sleep {_seconds} & sleep {_seconds}' &)\nsetsid sleep {_seconds} &\n"
            + "mkfifo \"$CHAINBRIDGE_RESULTS/r.json\"\nwait");
        await Eventually.TrueAsync("the children run", () => Eventually.Running(_seconds) == 3, Stop, () => runner.Output);
        runner.Signal(signal);
        (await runner.EndAsync(Stop)).Should().Be(130, runner.Output);
        Eventually.Running(_seconds).Should().Be(0);
    }

    [Fact]
    public async Task A_runner_that_is_killed_takes_its_gate_commands_with_it()
    {
        using var runner = Start($"(setsid sleep {_seconds} >/dev/null 2>&1 </dev/null &)\nsleep {_seconds}");
        await Eventually.TrueAsync("the children run", () => Eventually.Running(_seconds) == 2, Stop, () => runner.Output);
        runner.Kill();
        (await runner.EndAsync(Stop)).Should().Be(Killed);
        await Eventually.TrueAsync("nothing of the gate runs any more", () => Eventually.Running(_seconds) == 0, Stop);
    }

    [Fact]
    public async Task A_runner_ends_with_14_and_the_reason_where_a_gate_command_could_not_tell()
    {
        using var runner = Start("""
            echo '{"results":{"summary":{"tests":1,"passed":0,"failed":0,"other":1},"tests":[{"name":"scoring: the machine was busy",
            "status":"other","rawStatus":"inconclusive"}]}}' >"$CHAINBRIDGE_RESULTS/r.json"
            exit 14
            """);
        (await runner.EndAsync(Stop)).Should().Be(14, runner.Output);
        runner.Output.Should().Contain("1 inconclusive: scoring: the machine was busy");
    }

    [Fact]
    public async Task A_result_that_is_a_FIFO_or_a_link_to_one_is_refused_by_name_without_waiting()
    {
        using var runner = Start("cd \"$CHAINBRIDGE_RESULTS\"; mkfifo a.json; ln -s a.json link.json; ln -s /dev/zero zero.json");
        (await runner.EndAsync(Stop)).Should().Be(10, runner.Output);
        runner.Output.Should().Contain("a.json: it is a FIFO, not a regular file").And.Contain("zero.json → it is a device");
    }

    private RunnerProcess Start(string script)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "gate.sh"), script);
        File.WriteAllText(Path.Combine(_folder.FullName, "chainbridge.yml"), """
            project: shop
            services:
              door: { image: shop/door, public: true }
            gates:
              integration: { commands: [ { name: suite, run: [sh, gate.sh], results: "{results}/*.json", format: ctrf } ] }
              smoke: { probes: [ { path: / } ] }
            environments: { staging: { target: process, stateDirectory: state } }
            """);
        return RunnerProcess.Start(_folder.FullName, null, "test");
    }
}
