using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Where the names of services lead while they are replaced one by one: web calls api, which calls back.</summary>
public sealed class MovedNamesTests
{
    private static readonly DeploymentManifest Manifest = ManifestReader.Parse("""
        project: shop
        services:
          web: { image: shop/web, public: true }
        gates:
          smoke: { probes: [ { path: /health } ] }
        environments:
          staging: { target: compose, composeFile: docker-compose.yml }
        """, "chainbridge.yml", "/nowhere/chainbridge.yml", _ => null).Manifest!;

    private static readonly string[] All = ["web", "api", "back"];
    private readonly ComposeNames _names = new(Manifest, Manifest.Environments["staging"]);
    private readonly EngineOfNetworks _engine = new();

    public MovedNamesTests() => Made(Slot.Blue, runs: true);

    [Fact]
    public async Task Before_anything_is_started_the_names_lead_to_the_old_services_in_both_slots()
    {
        Made(Slot.Green, runs: false);
        await MoveAsync(Slot.Blue, All);
        Start(Slot.Green, "back");
        foreach (var caller in new[] { Of(Slot.Blue, "api"), Of(Slot.Green, "back") })
            _engine.Look(caller, "back").Should().Equal([Of(Slot.Blue, "back")], "the new one is not ready yet");
    }

    [Fact]
    public async Task A_name_leads_to_the_new_service_alone_while_the_old_one_still_runs()
    {
        await ReplaceAsync(Slot.Green, "back", stop: false);
        _engine.Look(Of(Slot.Blue, "api"), "back").Should().Equal(Of(Slot.Green, "back"));
        _engine.Look(Of(Slot.Green, "back"), "api").Should().Equal(Of(Slot.Blue, "api"));
        Stop(Slot.Blue, "back");
        await ReplaceAsync(Slot.Green, "api", stop: true, laidOut: true);
        _engine.Look(Of(Slot.Blue, "web"), "api").Should().Equal(Of(Slot.Green, "api"));
        _engine.Look(Of(Slot.Green, "api"), "back").Should().Equal(Of(Slot.Green, "back"));
        Start(Slot.Green, "web");
        _engine.Look(Of(Slot.Green, "web"), "api").Should().Equal(Of(Slot.Green, "api"));
    }

    [Fact]
    public async Task On_the_way_back_a_name_leads_to_the_old_service_alone_while_the_new_one_still_runs()
    {
        await ReplaceAsync(Slot.Green, "back", stop: true);
        Start(Slot.Blue, "back");
        await MoveAsync(Slot.Blue, All);
        _engine.Look(Of(Slot.Blue, "api"), "back").Should().Equal(Of(Slot.Blue, "back"));
        _engine.Look(Of(Slot.Green, "back"), "api").Should().Equal(Of(Slot.Blue, "api"));
        Stop(Slot.Green, "back");
        await RemovedAsync(Slot.Green);
        _engine.Look(Of(Slot.Blue, "web"), "api").Should().Equal(Of(Slot.Blue, "api"));
        _engine.Networks.Should().OnlyContain(network => network == _names.Names(999_999_999) || network == _names.Names(999_999_997));
    }

    [Fact]
    public async Task The_way_back_has_room_for_its_network_on_an_engine_that_has_no_more()
    {
        await KeepRoomAsync(Slot.Green);
        await ReplaceAsync(Slot.Green, "back", stop: true);
        _engine.Room = _engine.Networks.Count();
        Start(Slot.Blue, "back");
        await MoveAsync(Slot.Blue, All);
        _engine.Look(Of(Slot.Blue, "web"), "back").Should().Equal(Of(Slot.Blue, "back"));
        _engine.Networks.Should().NotContain(_names.Spare(Slot.Green));
    }

    [Fact]
    public async Task An_engine_without_room_for_a_way_back_is_refused_before_anything_is_replaced()
    {
        _engine.Room = 0;
        var refused = (await FluentActions.Awaiting(() => KeepRoomAsync(Slot.Green)).Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.CandidateFailed);
        refused.Message.Should().Contain("address pool");
        refused.NextStep.Should().Contain("docker network prune").And.Contain("strategy: blue-green");
    }

    [Fact]
    public async Task Releases_follow_each_other_and_each_time_the_newest_one_is_found_first()
    {
        foreach (var (slot, beside) in new[] { (Slot.Green, Slot.Blue), (Slot.Blue, Slot.Green), (Slot.Green, Slot.Blue) })
        {
            Made(slot, runs: false);
            await MoveAsync(beside, All);
            foreach (var service in new[] { "back", "api" }) await ReplaceAsync(slot, service, stop: true, laidOut: true);
            Start(slot, "web");
            _engine.Look(Of(slot, "web"), "api").Should().Equal(Of(slot, "api"));
            await RemovedAsync(beside);
            _engine.Look(Of(slot, "api"), "back").Should().Equal(Of(slot, "back"));
            _engine.Networks.Should().ContainSingle();
        }
    }

    [Fact]
    public async Task A_caller_with_requests_joins_no_network_in_which_what_it_calls_stands()
    {
        foreach (var (slot, beside) in new[] { (Slot.Green, Slot.Blue), (Slot.Blue, Slot.Green), (Slot.Green, Slot.Blue) })
        {
            Made(slot, runs: false);
            _engine.LateJoins.Clear();
            await MoveAsync(beside, All);
            LateCalls().Should().BeEmpty($"names lead to {beside}");
            foreach (var service in new[] { "back", "api" })
            {
                Start(slot, service);
                _engine.LateJoins.Clear();
                await MoveAsync(slot, [service]);
                LateCalls().Where(caller => caller != Of(slot, service)).Should().BeEmpty($"{service} of {slot} has no requests yet");
                Stop(beside, service);
            }

            Start(slot, "web");
            await RemovedAsync(beside);
        }

        IEnumerable<string> LateCalls() => _engine.LateJoins
            .Where(join => (join.Container.Contains("-web-") && join.Names.Contains("api"))
                || (join.Container.Contains("-api-") && join.Names.Contains("back")))
            .Select(join => join.Container);
    }

    [Fact]
    public async Task A_move_that_is_repeated_changes_nothing()
    {
        await ReplaceAsync(Slot.Green, "back", stop: false);
        _engine.Ran.Clear();
        await MoveAsync(Slot.Green, ["back"]);
        _engine.Ran.Should().BeEmpty();
        await ReplaceAsync(Slot.Blue, "back", stop: false, laidOut: true);
        await MoveAsync(Slot.Blue, All);
        _engine.Ran.Clear();
        await MoveAsync(Slot.Blue, All);
        _engine.Ran.Should().BeEmpty();
    }

    [Fact]
    public async Task A_plan_lists_what_the_moves_then_are()
    {
        var planned = new List<string>();
        var host = new PlannedHost(new LocalHost(_engine), planned.Add);
        var plan = new MovedNames(_names, host, new DockerEngine(host));
        await MoveAsync(Slot.Blue, All, plan);
        await MoveAsync(Slot.Green, ["back"], plan);
        await MoveAsync(Slot.Green, ["api"], plan);
        await RemoveAsync(plan, Slot.Blue);
        _engine.Ran.Should().BeEmpty();

        Made(Slot.Green, runs: false);
        await MoveAsync(Slot.Blue, All);
        await ReplaceAsync(Slot.Green, "back", stop: true, laidOut: true);
        await ReplaceAsync(Slot.Green, "api", stop: true, laidOut: true);
        await RemovedAsync(Slot.Blue);
        planned.Should().Equal(_engine.Ran);
    }

    private async Task ReplaceAsync(Slot slot, string service, bool stop, bool laidOut = false)
    {
        if (!laidOut)
        {
            Made(slot, runs: false);
            await MoveAsync(Other(slot), All);
        }

        Start(slot, service);
        await MoveAsync(slot, [service]);
        if (stop) Stop(Other(slot), service);
    }

    private Task KeepRoomAsync(Slot slot) =>
        Moved().KeepRoomAsync(slot, "com.docker.compose.project=any", TestContext.Current.CancellationToken);

    private Task MoveAsync(Slot slot, IEnumerable<string> services, MovedNames? moved = null) => (moved ?? Moved())
        .MoveAsync(slot, services.ToDictionary(service => service, IReadOnlyList<string> (service) => [service]), All,
            TestContext.Current.CancellationToken);

    private Task RemovedAsync(Slot slot)
    {
        foreach (var service in All) _engine.Removed(Of(slot, service));
        return RemoveAsync(Moved(), slot);
    }

    private static async Task RemoveAsync(MovedNames moved, Slot slot)
    {
        var stop = TestContext.Current.CancellationToken;
        await moved.RemoveAsync(slot, await moved.LeadingToAsync(slot, stop), stop);
    }

    /// <summary>As a runner has it that begins here: what it knows is the engine's.</summary>
    private MovedNames Moved() => new(_names, new LocalHost(_engine), new DockerEngine(new LocalHost(_engine)));

    private void Made(Slot slot, bool runs)
    {
        foreach (var service in All) _engine.Made(_names.Project(slot), service, runs);
    }

    private void Start(Slot slot, string service) => _engine.Containers[Of(slot, service)] = true;

    private void Stop(Slot slot, string service) => _engine.Containers[Of(slot, service)] = false;

    private string Of(Slot slot, string service) => _names.ContainerOf(slot, service);

    private static Slot Other(Slot slot) => slot == Slot.Blue ? Slot.Green : Slot.Blue;
}
