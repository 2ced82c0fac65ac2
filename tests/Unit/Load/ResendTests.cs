using System.Text;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Engines;
using ChainBridge.TestKit.Load.Http;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Connections that end between two requests, and during one: what was written is not written again.</summary>
public sealed class ResendTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_request_whose_connection_dies_without_an_answer_is_a_failure_and_is_not_sent_again(string method)
    {
        using var server = new RawServer(request => request == 1 ? Reaction.Closes : Reaction.Answers);
        var (phase, user) = Phase(server);
        using var client = new LeanHttp(server.Address);
        foreach (var expected in new[] { true, false, true })
            (await client.SendAsync(user, "step", Request(method), false, 200, Stop)).Should().Be(expected);
        server.Requests.Should().HaveCount(3);
        phase.Collect();
        phase.Totals().Single(step => step.Name == "step").Errors.Keys.Should().Equal("the answer was cut off");
    }

    [Fact]
    public async Task A_connection_that_was_closed_while_it_was_idle_fails_no_request()
    {
        using var server = new RawServer(_ => Reaction.AnswersAndCloses);
        var (_, user) = Phase(server);
        using var client = new LeanHttp(server.Address);
        for (var sent = 1; sent <= 3; sent++)
        {
            (await client.SendAsync(user, "step", Request("POST"), false, 200, Stop)).Should().BeTrue();
            do await Task.Delay(5, Stop);
            while (server.Closed < sent);
        }

        server.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_post_without_a_body_by_the_full_client_is_not_sent_again_either()
    {
        using var server = new RawServer(request => request == 1 ? Reaction.Closes : Reaction.Answers);
        var (_, user) = Phase(server);
        using var http = new LoadHttp(new(), server.Address);
        foreach (var expected in new[] { true, false })
            (await http.SendAsync(user, "step", new(HttpMethod.Post, server.Address), Stop)).AsExpected.Should().Be(expected);
        server.Requests.Should().HaveCount(2);
    }

    private static (LoadPhase Phase, LoadUser User) Phase(RawServer server)
    {
        var scenario = HttpScenario.Get("/");
        var plan = new LoadPlan("unit", scenario, ArrivalRates.Constant(1, TimeSpan.FromSeconds(1))) { Target = server.Address };
        var phase = new LoadPhase(plan, new HttpScenarioRunner(scenario), new LoadHttp(new(), server.Address), new(), 0, 1,
            TimeProvider.System);
        var user = phase.Take();
        user.Begins(phase, 0, TimeSpan.Zero);
        return (phase, user);
    }

    private static ReadOnlyMemory<byte> Request(string method) =>
        Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: unit\r\nContent-Length: 0\r\n\r\n");
}
