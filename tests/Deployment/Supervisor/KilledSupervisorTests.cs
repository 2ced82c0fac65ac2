using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ChainBridge.Machine;
using ChainBridge.Machine.Supervision;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Supervisor;

/// <summary>The supervisor itself may die at any time.</summary>
public sealed class KilledSupervisorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_supervisor_leaves_its_services_serving_and_the_next_one_adopts_them()
    {
        await using var place = new Place();
        var unit = await place.ServeAsync(place.Service("gateway"));

        await place.KillSupervisorAsync();

        (await Place.AnswersAsync(unit.Address!)).Should().BeTrue();
        (await place.UnitAsync("gateway"))!.Process.Should().Be(unit.Process, "what runs can be told without a supervisor");

        (await place.ServeAsync(place.Service("gateway"))).Process.Should().Be(unit.Process, "the next supervisor found it");
        unit.Process!.Signal(9);
        var again = await place.UntilAsync("gateway", one => one is { Restarts: 1, Process: not null },
            "started again by the supervisor that adopted it");
        again.Address.Should().Be(unit.Address);
        await Place.UntilAsync(() => Place.AnswersAsync(unit.Address!), () => $"{unit.Address} to answer again");
    }

    [Fact]
    public async Task That_nothing_supervises_what_runs_is_said_until_the_next_order_starts_a_supervisor()
    {
        await using var place = new Place();
        (await place.Supervisor.AbsenceAsync(Stop)).Should().BeNull("nothing is to run");
        var unit = await place.RunAsync(place.Script("worker", "sleep 1000"));
        await place.RunAsync(place.Script("other", "sleep 1000"));
        (await place.Supervisor.AbsenceAsync(Stop)).Should().BeNull("a supervisor runs");

        await place.KillSupervisorAsync();
        (await place.Supervisor.AbsenceAsync(Stop)).Should().EndWith("worker, other are not supervised");
        unit.Process!.Signal(9);
        await Place.UntilAsync(() => Task.FromResult(!unit.Process.Running), () => "the worker to be gone");
        (await place.Supervisor.AbsenceAsync(Stop)).Should().EndWith("and worker died already");

        await place.RunAsync(place.Script("another", "sleep 1000"));
        (await place.Supervisor.AbsenceAsync(Stop)).Should().BeNull("the order started one");
    }

    [Fact]
    public async Task A_supervisor_that_is_asked_to_end_by_a_signal_leaves_its_units_running()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("worker", "sleep 1000"));

        await place.KillSupervisorAsync((int)StopSignal.Term);

        unit.Process!.Running.Should().BeTrue();
        (await place.RunAsync(place.Script("worker", "sleep 1000"))).Process.Should().Be(unit.Process);
    }

    [Fact]
    public async Task A_supervisor_of_another_release_makes_way_and_its_units_run_on()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("worker", "sleep 1000"));
        var ours = await place.KillSupervisorAsync();
        // A stand-in that speaks another protocol.
        place.Folder.Create();
        File.Delete(place.Folder.Socket);
        await using var other = Stranger.Start(place.Folder.Socket, Stop);

        using var runner = new ChainBridge.Engine.Platforms.Process.Supervisor(place.State, TimeProvider.System);
        await runner.FenceAsync(Place.First, Stop);

        other.Process.Running.Should().BeFalse();
        using var client = new ChainBridge.Engine.Platforms.Process.SupervisorClient(place.Folder.Socket);
        (await client.AskAsync(Stop))!.Process.Should().NotBe(ours);
        (await place.UnitAsync("worker"))!.Process.Should().Be(unit.Process);
    }

    [Fact]
    public async Task A_unit_that_died_while_no_supervisor_watched_is_started_again_by_the_next_one()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("worker", "sleep 1000"));
        await place.KillSupervisorAsync();
        unit.Process!.Signal(9);
        await Place.UntilAsync(() => Task.FromResult(!unit.Process.Running), () => "the worker to be gone");

        await place.RunAsync(place.Script("another", "sleep 1000"));

        var again = await place.UntilAsync("worker", one => one.Process is { Running: true }, "running again");
        again.Restarts.Should().Be(1);
        again.LastEnd.Should().Be("an end that no supervisor saw");
    }

    [Fact]
    public async Task A_stop_that_a_killed_supervisor_had_begun_is_ended_by_the_next_one()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("stubborn", "trap '' TERM; touch deaf; while :; do sleep 0.1; done")
            with { StopGrace = TimeSpan.FromSeconds(3) });
        await Place.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(place.State, "deaf"))), () => "the trap to be set");
        var stop = place.Supervisor.StopAsync(Place.First, "stubborn", TimeSpan.FromSeconds(3), Stop);
        await place.UntilAsync("stubborn", one => one.Phase == UnitPhase.Stopping, "stopping");
        await place.KillSupervisorAsync();

        await stop;

        unit.Process!.Running.Should().BeFalse();
        (await place.UnitAsync("stubborn")).Should().BeNull();
    }

    [Fact]
    public async Task A_second_supervisor_for_one_folder_yields()
    {
        await using var place = new Place();
        var unit = await place.RunAsync(place.Script("worker", "sleep 1000"));

        using var second = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "supervisor", "ChainBridge.Supervisor.dll"), place.Folder.Path
        ]) { RedirectStandardError = true })!;
        var errors = await second.StandardError.ReadToEndAsync(Stop);
        await second.WaitForExitAsync(Stop);

        second.ExitCode.Should().Be(3);
        errors.Should().Contain("another supervisor has");
        (await place.UnitAsync("worker"))!.Process.Should().Be(unit.Process);
    }

    [Fact]
    public async Task Many_runners_at_once_start_one_supervisor_and_one_unit()
    {
        await using var place = new Place();
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => place.RunAsync(place.Script("worker", "sleep 1000"))));
        reports.Select(report => report.Process).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_roster_that_cannot_be_read_is_an_error_and_starts_nothing()
    {
        await using var place = new Place();
        await place.RunAsync(place.Script("worker", "sleep 1000"));
        var file = Path.Combine(place.Folder.Path, "units.json");
        var kept = await File.ReadAllTextAsync(file, Stop);
        await place.KillSupervisorAsync();
        await File.WriteAllTextAsync(file, kept[..^20], Stop);

        var start = () => place.RunAsync(place.Script("another", "sleep 1000"));

        (await start.Should().ThrowAsync<ChainBridge.Engine.Model.EngineException>()).Which.Message.Should().Contain("units.json")
            .And.Contain("cannot be read");
        await File.WriteAllTextAsync(file, kept, Stop);
    }
}

/// <summary>Answers <c>/state</c> on a socket as a supervisor of another release, in the name of a process that can be ended.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly Process _sleeper = System.Diagnostics.Process.Start("sleep", "1000");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Task _answering = Task.CompletedTask;

    public ProcessIdentity Process { get; private set; } = new(0, "");

    public static Stranger Start(string socket, CancellationToken cancellationToken)
    {
        var stranger = new Stranger();
        stranger.Process = ProcessIdentity.Of(stranger._sleeper.Id);
        stranger._socket.Bind(new UnixDomainSocketEndPoint(socket));
        stranger._socket.Listen();
        stranger._answering = stranger.AnswerAsync(cancellationToken);
        return stranger;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _answering;
        _sleeper.Kill();
        _sleeper.Dispose();
    }

    /// <summary>Once: a second request finds no supervisor.</summary>
    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        using var caller = await _socket.AcceptAsync(cancellationToken);
        await caller.ReceiveAsync(new byte[4096], cancellationToken);
        var body = $$"""{"process":{"id":{{Process.Id}},"start":"{{Process.Start}}"},"token":1,"units":[],"protocol":0}""";
        await caller.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), cancellationToken);
        _socket.Dispose();
    }
}
