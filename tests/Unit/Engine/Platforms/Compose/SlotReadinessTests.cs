using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>When a service that is asked nothing over HTTP is ready, and when it has failed.</summary>
public sealed class SlotReadinessTests
{
    private static readonly DeploymentManifest Manifest = ManifestReader.Parse("""
        project: shop
        services: { pay: { image: shop/pay, public: true } }
        gates: { smoke: { probes: [ { path: /health } ] } }
        environments: { staging: { target: compose, composeFile: docker-compose.yml, readyTimeout: 60s } }
        """, "chainbridge.yml", "/nowhere/chainbridge.yml", _ => null).Manifest!;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.FromMilliseconds(500)
    };

    private static ServiceSpec Checked => Manifest.Services["pay"] with
    {
        Ready = new("/up", ReadySpec.UsualSteady) { Checked = true },
    };

    private static ServiceSpec Silent => Manifest.Services["pay"] with { Ready = new(null, TimeSpan.FromSeconds(3)) };

    [Fact]
    public async Task The_health_check_of_the_compose_file_is_waited_for()
    {
        var engine = new Engine("starting", "starting", "healthy");
        await WaitAsync(engine, Checked);
        engine.Looks.Should().Be(3);
    }

    [Fact]
    public async Task A_service_that_its_health_check_calls_unhealthy_has_failed_with_its_last_output() =>
        (await Failing(new Engine("starting", "unhealthy"), Checked)).Message
            .Should().Contain("pay is unhealthy, as the health check of the compose file says").And.Contain("it hurts");

    [Fact]
    public async Task A_service_without_any_check_is_ready_once_it_has_run_for_a_while()
    {
        var engine = new Engine([null]);
        await WaitAsync(engine, Silent);
        engine.Looks.Should().BeGreaterThan(2, "three seconds had to pass");
    }

    [Fact]
    public async Task A_service_that_was_started_again_meanwhile_has_failed() =>
        (await Failing(new Engine([null]) { Restarts = 1 }, Silent)).Message
            .Should().Contain("pay ended and was started again before it was ready");

    [Fact]
    public async Task A_health_check_that_never_decides_ends_with_the_time_for_it() =>
        (await Failing(new Engine("starting"), Checked)).Message
            .Should().Contain("was not ready within 60 s; the health check of the compose file says starting");

    private async Task<EngineException> Failing(Engine engine, ServiceSpec service) =>
        (await FluentActions.Awaiting(() => WaitAsync(engine, service)).Should().ThrowAsync<EngineException>()).Which;

    private async Task WaitAsync(Engine engine, ServiceSpec service)
    {
        var staging = Manifest.Environments["staging"];
        var names = new ComposeNames(Manifest, staging);
        var waiting = new SlotReadiness(staging, names, new LocalHost(engine), new DockerEngine(engine), _time)
            .WaitAsync(Slot.Blue, service, TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        await waiting;
    }

    /// <summary>One container, whose health is another one at each look; the last one stays.</summary>
    private sealed class Engine(params IReadOnlyList<string?> health) : IExecutor
    {
        public int Restarts { get; init; }

        public int Looks { get; private set; }

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(command, 0, command.Arguments[0] == "inspect" ? Describe() : "it hurts", ""));

        private string Describe()
        {
            var now = health[Math.Min(Looks++, health.Count - 1)];
            return $$$"""
                [{"Id":"x","Name":"/pay","Image":"sha256:x","RestartCount":{{{Restarts}}},"Config":{"Labels":{}},
                  "NetworkSettings":{"Ports":{}},"State":{"Running":true,"Restarting":false,"ExitCode":0,
                  {{{(now is null ? "" : $"\"Health\":{{\"Status\":\"{now}\"}},")}}}"StartedAt":"2026-11-24T10:00:00Z"}}]
                """;
        }
    }
}
