using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

public sealed class RecordedGatesTests : IDisposable
{
    private readonly World _world = new();

    public RecordedGatesTests() => _world.Gates.Has = (gate, version) => version != "A"
        || gate.Probes.All(probe => probe.Path != "/new") && gate.Commands.All(command => command.Name != "new");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_rollback_asks_the_old_release_what_it_was_deployed_with_and_not_what_the_manifest_has_today()
    {
        await _world.DeployAsync("A");
        AskForANewRoute();
        await _world.DeployAsync("B");

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Serving.Should().Be("A");
        _world.Gates.Ran.Where(ran => ran.Version == "A").Should()
            .OnlyContain(ran => ran.Gate == "integration" || ran.Spec.Budget == TimeSpan.FromSeconds(60), "the budget is recorded too");
    }

    [Fact]
    public async Task The_automatic_way_back_asks_the_same()
    {
        await _world.DeployAsync("A");
        AskForANewRoute();
        _world.Gates.Opinion = (gate, version) => version == "B" && gate == "smoke through the public door" ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task The_way_back_from_a_dead_runner_asks_the_same()
    {
        await _world.DeployAsync("A");
        AskForANewRoute();
        _world.Instant = () =>
        {
            if (_world.Target.Active == Slot.Green) throw new Died();
        };
        await FluentActions.Awaiting(() => _world.DeployAsync("B")).Should().ThrowAsync<Died>();
        _world.Instant = () => { };
        _world.Gates.Opinion = (gate, version) => version == "C" && gate == "smoke of the candidate" ? Verdict.Fail : Verdict.Pass;
        (await _world.DeployAsync("C")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task A_promotion_after_approval_asks_what_the_candidate_was_deployed_with()
    {
        await _world.DeployAsync("A");
        AskForANewRoute();
        await _world.DeployAsync("B", new DeployOptions(Approve: true));
        _world.Change(gates => gates with { Smoke = gates.Smoke with { Probes = [Probe("/newer")], Commands = [] } });
        _world.Gates.Ran.Clear();

        (await _world.PromoteAsync()).Failure.Should().BeNull();

        var smoke = _world.Gates.Ran.Should().ContainSingle().Subject.Spec;
        smoke.Probes.Select(probe => probe.Path).Should().Equal("/health", "/new");
        smoke.Commands.Select(command => command.Name).Should().Equal("new");
    }

    [Fact]
    public async Task Recorded_probes_of_a_door_that_is_gone_are_left_out_and_named_and_all_others_are_asked()
    {
        _world.Manifest = _world.Manifest with { Doors = [.. _world.Manifest.Doors, new DoorSpec("admin", "pay", 8080, Path: "/admin")] };
        _world.Change(gates => gates with
        {
            Smoke = gates.Smoke with { Probes = [.. gates.Smoke.Probes, Probe("/users") with { Door = "admin" }] }
        });
        await _world.DeployAsync("A");
        _world.Manifest = _world.Manifest with { Doors = [_world.Manifest.Doors[0]] };
        await _world.DeployAsync("B");
        _world.Gates.Ran.Clear();

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Gates.Ran.Should().OnlyContain(ran => ran.Spec.Probes.All(probe => probe.Path == "/health"));
        _world.Events.OfType<Note>().Should().Contain(note => note.Text.Contains("/users at the door admin"));
    }

    [Fact]
    public async Task A_release_that_an_earlier_runner_recorded_without_doors_is_gone_back_to_behind_its_public_service()
    {
        await _world.DeployAsync("A");
        var path = Path.Combine(_world.State, "releases", "A", "release.json");
        var record = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        record.AsObject().Remove("doors").Should().BeTrue();
        await File.WriteAllTextAsync(path, record.ToJsonString(), TestContext.Current.CancellationToken);
        _world.Manifest = _world.Manifest with { Doors = [new("web", "door", 8080), new("pay", "pay", 8080, Path: "/pay")] };
        await _world.DeployAsync("B");
        _world.Target.Running[_world.Target.Active!.Value].Doors.Select(door => door.Name).Should().Equal("web", "pay");

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Serving.Should().Be("A");
        _world.Target.Running[_world.Target.Active!.Value].Doors.Should().Equal(new DoorSpec("default", "door", 8080));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commands_are_run_only_where_the_checkout_is_at_the_releases_commit(bool sameCommit)
    {
        _world.Change(gates => gates with { Smoke = gates.Smoke with { Commands = [Command("old")] } });
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        if (!sameCommit) _world.Git = new GitState("ffffffffffff", Dirty: false);
        _world.Gates.Ran.Clear();

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Gates.Ran.Should().HaveCount(2).And.OnlyContain(ran => ran.Spec.Commands.Count == (sameCommit ? 1 : 0));
        _world.Events.OfType<Note>().Any(note => note.Text.Contains("not run: 'old'", StringComparison.Ordinal)).Should().Be(!sameCommit);
    }

    [Theory]
    [InlineData(
        """
        [{"name":"page","method":"GET","path":"/page","body":null,"status":200,"contains":null,"timeout":"00:00:05",
        "versionHeader":"X-ChainBridge-Version"}]
        """,
        "/page")]
    [InlineData(null, "/health")]
    public async Task A_release_of_an_earlier_runner_is_asked_the_probes_it_kept_or_its_health(string? kept, string path)
    {
        await _world.DeployAsync("A");
        var folder = Path.Combine(_world.State, "releases", "A");
        File.Delete(Path.Combine(folder, "gates.json"));
        if (kept is not null) await File.WriteAllTextAsync(Path.Combine(folder, "smoke.json"), kept, TestContext.Current.CancellationToken);
        AskForANewRoute();
        await _world.DeployAsync("B");
        _world.Gates.Ran.Clear();

        (await _world.RollbackAsync()).Failure.Should().BeNull();

        _world.Gates.Ran.Should().NotBeEmpty()
            .And.OnlyContain(ran => ran.Spec.Probes.Single().Path == path && ran.Spec.Commands.Count == 0);
    }

    [Fact]
    public async Task A_version_that_fails_when_it_is_deployed_again_keeps_the_gates_it_passed_with()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        AskForANewRoute();
        (await _world.DeployAsync("A")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Releases.GatesOf("A")!.Smoke.Probes.Select(probe => probe.Path).Should().Equal("/health");
    }

    [Fact]
    public async Task A_damaged_record_is_named_and_a_person_is_called()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        await File.WriteAllTextAsync(Path.Combine(_world.State, "releases", "A", "gates.json"), "{\"smoke\":",
            TestContext.Current.CancellationToken);
        (await _world.RollbackAsync())
            .Should().Match<FlowResult>(result => result.Failure == Failure.PersonNeeded && result.Summary.Contains("gates.json"));
        _world.Serving.Should().Be("B");
    }

    private void AskForANewRoute() => _world.Change(gates => gates with
    {
        Smoke = gates.Smoke
            with { Probes = [.. gates.Smoke.Probes, Probe("/new")], Commands = [Command("new")], Budget = TimeSpan.FromSeconds(61) },
    });

    private static ProbeSpec Probe(string path) =>
        new(path, "GET", path, null, 200, null, TimeSpan.FromSeconds(5), "X-ChainBridge-Version");

    private static GateCommandSpec Command(string name) =>
        new(name, [name], "{results}/*.xml", ResultFormat.Junit, TimeSpan.FromSeconds(5));

    private sealed class Died : Exception;
}
