using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Generators;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Performance;

/// <summary>Agents, as other hosts have them: a load split over two, and who does not know their secret.</summary>
[Performance]
[Collection(Loads.OneAtATime)]
public sealed class AgentTests
{
    private const string Token = "a secret of this test";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_is_split_over_agents_and_merged_with_their_clocks_compared()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agents = new[] { Token, Token }
            .Select(token => new AgentServer(new(IPAddress.Loopback, 0), token, TimeProvider.System)).ToList();
        var places = agents.ConvertAll(agent => agent.Start());
        var serving = agents.ConvertAll(agent => agent.ServeAsync(ending.Token));
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var refusing = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();

        var measured = await LoadEngine.Agents([.. places.Select(place => new DnsEndPoint("127.0.0.1", place.Port))], Token,
            TimeProvider.System)
            .RunAsync(Plan(refusing), null, Stop);
        measured.Whole!.Errors.Should().Equal(new Dictionary<string, long> { ["connection refused"] = 50 });
        measured.Generators.Should().HaveCount(2).And.OnlyContain(generator => generator.ClockUncertainty > TimeSpan.Zero
            && generator.ClockOffset.Duration() <= generator.ClockUncertainty + TimeSpan.FromMilliseconds(200),
            "all have the clock of this machine");

        var stranger = () => LoadEngine.Agents([new("127.0.0.1", places[0].Port)], "guessed", TimeProvider.System)
            .RunAsync(Plan(refusing), null, Stop);
        await stranger.Should().ThrowAsync<LoadPlanException>().WithMessage("*does not know this token*CHAINBRIDGE_LOAD_TOKEN*");
        await ending.CancelAsync();
        await Task.WhenAll(serving);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_named()
    {
        var run = () => LoadEngine.Agents([new("127.0.0.1", 1)], Token, TimeProvider.System)
            .RunAsync(Plan(new("http://127.0.0.1:1")), null, Stop);
        await run.Should().ThrowAsync<LoadPlanException>()
            .WithMessage("the agent at 127.0.0.1:1 cannot be reached*chainbridge-load agent*");
    }

    private static LoadPlan Plan(Uri target) => new("agents", HttpScenario.Get("/"), ArrivalRates.Constant(50, TimeSpan.FromSeconds(1)))
    {
        Target = target, WarmUp = TimeSpan.Zero, EndEarly = false,
    };
}
