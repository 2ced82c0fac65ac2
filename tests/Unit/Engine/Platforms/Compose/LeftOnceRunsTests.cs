using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>One-off runs that a runner left when it died are removed, also while another process removes them.</summary>
public sealed class LeftOnceRunsTests
{
    private static readonly DeploymentManifest Manifest = ManifestReader.Parse("""
        project: shop
        services:
          pay: { image: shop/pay, public: true }
        gates:
          smoke: { probes: [ { path: /health } ] }
        environments:
          staging: { target: compose, composeFile: docker-compose.yml }
        """, "chainbridge.yml", "/nowhere/chainbridge.yml", _ => null).Manifest!;

    [Fact]
    public async Task A_container_that_the_engine_is_removing_by_itself_is_waited_for()
    {
        var engine = new EngineWithOneRun(goneAfter: 2);
        await SlotsOn(engine).EndOnceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        engine.Removals.Should().Be(2);
    }

    [Fact]
    public async Task A_container_that_stays_is_named_and_needs_a_person()
    {
        var engine = new EngineWithOneRun(goneAfter: int.MaxValue);
        var end = () => SlotsOn(engine).EndOnceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        (await end.Should().ThrowAsync<EngineException>()).Which.Should().Match<EngineException>(failure => failure.Failure
            == Failure.PersonNeeded && failure.Message.Contains("left-behind") && failure.Message.Contains("already in progress"));
    }

    private static SlotProject SlotsOn(IExecutor executor)
    {
        var staging = Manifest.Environments["staging"];
        var redactor = new Redactor([]);
        var (names, host) = (new ComposeNames(Manifest, staging), new LocalHost(executor));
        var engine = new DockerEngine(host);
        var transport = new ImageTransport(host, engine, engine);
        return new(Manifest, staging, names, host, engine, transport,
            new TeamProject(Manifest, staging, names, host, engine, transport, redactor),
            new AccessorySecrets(new LocalFiles(), "/nowhere", redactor), redactor, new HastyTime());
    }

    /// <summary>Lists one container until it was asked so many times to remove it, and refuses each time.</summary>
    private sealed class EngineWithOneRun(int goneAfter) : IExecutor
    {
        private const string Described = """
            [{"Id":"left-behind","Name":"/once","Image":"sha256:x","RestartCount":0,"Config":{"Labels":{}},"NetworkSettings":{"Ports":{}},
              "State":{"Running":false,"Restarting":false,"ExitCode":0,"StartedAt":"2026-01-01T00:00:00Z"}}]
            """;

        public int Removals { get; private set; }

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            Task.FromResult(command.Arguments[0] switch
            {
                "ps" => new CommandResult(command, 0, Removals < goneAfter ? "left-behind\n" : "", ""),
                "inspect" => new CommandResult(command, 0, Described, ""),
                "rm" when ++Removals > 0 => new CommandResult(command, 1, "", "removal of container left-behind is already in progress"),
                _ => new CommandResult(command, 0, "", ""),
            });
    }

    /// <summary>Every look at it is ten seconds later, and no wait takes any time.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now += 10;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
