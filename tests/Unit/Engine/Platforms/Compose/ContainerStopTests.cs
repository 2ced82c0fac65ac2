using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Which containers had to be killed, by how long the stop took and how they ended.</summary>
public sealed class ContainerStopTests
{
    private readonly Clock _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_that_outlives_its_time_is_named_with_it()
    {
        var killed = await StopAsync(takes: 30, ended: 137);
        killed.Should().Equal(new KilledService("api", TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(2, 137)]
    [InlineData(31, 0)]
    [InlineData(31, 143)]
    public async Task A_container_that_ends_by_itself_is_not_named_however_long_the_engine_takes(int takes, int ended) =>
        (await StopAsync(takes, ended)).Should().BeEmpty();

    [Fact]
    public async Task A_container_that_was_ended_already_is_not_named() =>
        (await StopAsync(takes: 40, ended: 137, running: false)).Should().BeEmpty();

    [Fact]
    public async Task The_time_is_that_of_the_slowest_in_the_compose_file() =>
        (await StopAsync(takes: 90, ended: 137, grace: 90)).Single().Grace.Should().Be(TimeSpan.FromSeconds(90));

    private Task<IReadOnlyList<KilledService>> StopAsync(int takes, int ended, bool running = true, int grace = 10) =>
        new ContainerStop(new DockerEngine(new Stops(_time, TimeSpan.FromSeconds(takes), ended)), _time)
            .StopAsync(Container.Read(Json(running, 0, grace)), Stop);

    private static string Json(bool running, int exit, int grace) => $$$"""
        [{"Id":"id","Name":"/shop-blue-api-1","Image":"sha256:1",
          "Config":{"Labels":{"com.docker.compose.service":"api"},"StopTimeout":{{{grace}}}},
          "State":{"Running":{{{(running ? "true" : "false")}}},"Restarting":false,"ExitCode":{{{exit}}},
            "StartedAt":"2026-01-01T00:00:00Z"},
          "RestartCount":0,"NetworkSettings":{"Ports":{} } }]
        """;

    private sealed class Clock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds;

        public void Advance(TimeSpan time) => _seconds += (long)time.TotalSeconds;
    }

    /// <summary>An engine whose stop takes so long.</summary>
    private sealed class Stops(Clock time, TimeSpan takes, int exit) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            if (command.Arguments[0] == "stop") time.Advance(takes);
            return Task.FromResult(new CommandResult(command, 0, command.Arguments[0] == "inspect" ? Json(false, exit, 10) : "", ""));
        }
    }
}
