using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Machine.Supervision;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Supervisor;

/// <summary>Who may order what, and what is left afterwards.</summary>
public sealed class OrderTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_runner_that_was_overtaken_can_neither_start_nor_stop_anything()
    {
        await using var place = new Place();
        var unit = await place.StartAsync(place.Script("worker", "sleep 1000"), (_, _) => Task.FromResult(true), new FencingToken(7));

        Func<Task>[] orders =
        [
            () => place.StartAsync(place.Script("other", "sleep 1000"), (_, _) => Task.FromResult(true), new FencingToken(6)),
            () => place.Supervisor.StopAsync(new FencingToken(6), "worker", Grace, Stop),
            () => place.Supervisor.FenceAsync(new FencingToken(6), Stop),
            () => place.Supervisor.EndAsync(new FencingToken(6), Stop),
        ];
        foreach (var order in orders)
        {
            var refused = (await order.Should().ThrowAsync<EngineException>()).Which;
            refused.Failure.Should().Be(Failure.Locked);
            refused.Message.Should().Contain("a newer runner (token 7) has the target");
        }

        (await place.Supervisor.UnitsAsync(Stop)).Should().ContainSingle().Which.Process.Should().Be(unit.Process);

        await place.KillSupervisorAsync();
        var later = () => place.Supervisor.StopAsync(new FencingToken(6), "worker", Grace, Stop);
        (await later.Should().ThrowAsync<EngineException>("the next supervisor knows the number too")).Which.Failure.Should()
            .Be(Failure.Locked);
    }

    [Fact]
    public async Task Starting_what_runs_leaves_it_as_it_is()
    {
        await using var place = new Place();
        var first = await place.RunAsync(place.Script("worker", "sleep 1000"));
        (await place.RunAsync(place.Script("worker", "sleep 2000"))).Process.Should().Be(first.Process);
    }

    [Fact]
    public async Task A_stopped_unit_is_gone_with_its_children_and_stopping_it_again_is_no_error()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("parent", "trap 'exit 0' TERM; sleep 1000 & echo $! >child; wait"));
        var child = await place.WrittenAsync("child");

        (await place.Supervisor.StopAsync(Place.First, "parent", Grace, Stop)).Should().BeFalse("it ended by itself");
        await place.Supervisor.StopAsync(Place.First, "parent", Grace, Stop);

        unit.Process!.Running.Should().BeFalse();
        await Place.UntilAsync(() => Task.FromResult(!child.Running), () => "the child to be gone");
        (await place.UnitAsync("parent")).Should().BeNull();
    }

    [Fact]
    public async Task A_unit_that_does_not_listen_is_killed_after_its_grace()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("deaf", "trap '' TERM; touch deaf; while :; do sleep 0.1; done")
            with { StopGrace = TimeSpan.FromSeconds(0.5) });
        await Place.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(place.State, "deaf"))), () => "the trap to be set");
        (await place.Supervisor.StopAsync(Place.First, "deaf", Grace, Stop)).Should().BeTrue("it was killed");
        unit.Process!.Running.Should().BeFalse();
    }

    [Fact]
    public async Task The_signal_that_asks_for_the_end_is_the_units_own()
    {
        await using var place = new Place();
        await place.RunAsync(place.Script("server", "trap 'echo fast >>ended; exit' INT; touch set; while :; do sleep 0.05; done")
            with { StopSignal = StopSignal.Int });
        await Place.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(place.State, "set"))), () => "the trap to be set");
        await place.Supervisor.StopAsync(Place.First, "server", Grace, Stop);
        File.ReadAllText(Path.Combine(place.State, "ended")).Should().Be("fast\n");
    }

    [Fact]
    public async Task A_supervisor_started_in_a_scripts_background_does_not_make_its_units_deaf()
    {
        await using var place = new Place();
        using var supervisor = await place.StartDeafSupervisorAsync();
        await place.RunAsync(place.Script("server", "trap 'echo fast >>ended; exit' INT; touch set; while :; do sleep 0.05; done")
            with { StopSignal = StopSignal.Int });
        await Place.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(place.State, "set"))), () => "the trap to be set");
        await place.Supervisor.StopAsync(Place.First, "server", Grace, Stop);
        File.Exists(Path.Combine(place.State, "ended")).Should().BeTrue("the unit heard the signal");
        supervisor.HasExited.Should().BeFalse("it was this supervisor that had it");
    }

    [Fact]
    public async Task After_the_end_no_process_is_left_and_a_unit_in_its_pause_does_not_come_back()
    {
        await using var place = new Place();
        var worker = await place.RunAsync(place.Script("worker", "sleep 1000"));
        await place.RunAsync(place.Script("loop", "while [ ! -e go ]; do sleep 0.05; done; echo again >>starts; exit 3"));
        await File.WriteAllTextAsync(Path.Combine(place.State, "go"), "", Stop);
        await place.UntilAsync("loop", unit => unit is { Phase: UnitPhase.Pausing, Restarts: >= 2 }, "in its pause");
        using var client = new SupervisorClient(place.Folder.Socket);
        var supervisor = (await client.AskAsync(Stop))!.Process;

        await place.Supervisor.EndAsync(Place.First, Stop);

        worker.Process!.Running.Should().BeFalse();
        supervisor.Running.Should().BeFalse();
        // A child that was killed with its group needs a moment to be gone.
        await Place.UntilAsync(() => Task.FromResult(!ProcessesIn(place.State).Any()),
            () => $"no process to be left in {place.State}; there are {string.Join(", ", ProcessesIn(place.State))}");
    }

    [Fact]
    public async Task An_order_waits_for_a_supervisor_that_has_the_place_and_does_not_answer_yet()
    {
        await using var place = new Place();
        place.Folder.Create();
        Task<UnitReport> order;
        await using (new FileStream(place.Folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            order = place.RunAsync(place.Script("worker", "sleep 1000"));
            await Place.UntilAsync(
                () => Task.FromResult(File.Exists(place.Folder.Log)
                    && File.ReadAllText(place.Folder.Log).Contains("another supervisor has", StringComparison.Ordinal)),
                () => "a supervisor to find the place taken");
            order.IsCompleted.Should().BeFalse();
        }

        (await order).Process!.Running.Should().BeTrue("once the place is free, the next supervisor takes the order");
    }

    [Fact]
    public async Task A_supervisor_with_nothing_left_to_run_ends_by_itself()
    {
        await using var place = new Place();
        await place.RunAsync(place.Script("worker", "sleep 1000"));
        using var client = new SupervisorClient(place.Folder.Socket);
        var supervisor = (await client.AskAsync(Stop))!.Process;
        await place.Supervisor.StopAsync(Place.First, "worker", Grace, Stop);
        await Place.UntilAsync(() => Task.FromResult(!supervisor.Running), () => "the supervisor to end");
    }

    [Fact]
    public async Task Two_environments_do_not_disturb_each_other()
    {
        await using var one = new Place();
        await using var other = new Place();
        var kept = await one.RunAsync(one.Script("worker", "sleep 1000"));
        await other.StartAsync(other.Script("worker", "sleep 1000"), (_, _) => Task.FromResult(true), new FencingToken(99));
        await other.Supervisor.EndAsync(new FencingToken(99), Stop);
        kept.Process!.Running.Should().BeTrue();
        await one.Supervisor.StopAsync(Place.First, "worker", Grace, Stop);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_roster_and_secrets_are_in_no_command_line_and_no_log()
    {
        await using var place = new Place();
        var spec = place.Script("worker", "sleep 1000");
        var unit = await place.RunAsync(spec
            with { Environment = new Dictionary<string, string>(spec.Environment) { ["DB_PASSWORD"] = "hunter2-hunter2" } });
        using var client = new SupervisorClient(place.Folder.Socket);
        var supervisor = (await client.AskAsync(Stop))!.Process;

        File.GetUnixFileMode(place.Folder.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(place.Folder.Path, "units.json")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(place.Folder.Socket).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText($"/proc/{unit.Process!.Id}/environ").Should().Contain("DB_PASSWORD=hunter2-hunter2", "the unit itself gets it");
        foreach (var process in new[] { unit.Process, supervisor })
            File.ReadAllText($"/proc/{process.Id}/cmdline").Should().NotContain("hunter2");
        File.ReadAllText(place.Folder.Log).Should().NotContain("hunter2");
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_named()
    {
        using var supervisor = new ChainBridge.Engine.Platforms.Process.Supervisor(Path.Combine(Path.GetTempPath(), new string('x', 120)),
            TimeProvider.System);
        supervisor.Obstacle.Should().Contain("107");
        await using var place = new Place();
        place.Supervisor.Obstacle.Should().BeNull();
    }

    private static IEnumerable<string> ProcessesIn(string folder) =>
        Directory.GetDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Where(process => new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true);
}
