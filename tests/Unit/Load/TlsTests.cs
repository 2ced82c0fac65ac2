using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Loads over TLS, from a generator in a process of its own, before a server that says how it was spoken with.</summary>
public sealed class TlsTests
{
    private const int Arrivals = 60, Failing = 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", "HTTP/1.1 over Tls1")]
    [InlineData("2", "HTTP/2 over Tls1")]
    public async Task A_load_over_TLS_speaks_the_version_that_was_asked_for_and_counts_as_many_as_the_server(string version, string spoken)
    {
        await using var server = await TlsServer.StartAsync(_ => 200, Stop);
        var measured = await RunAsync(server, new(version, AcceptAnyCertificate: true));
        server.Asked.Keys.Should().ContainSingle().Which.Should().StartWith(spoken);
        server.Asked.Values.Sum().Should().Be(Arrivals);
        var step = measured.Steps.Single();
        (step.Latency.Count, step.Failed.Count, measured.Unfinished).Should().Be((Arrivals, 0, 0));
        step.BytesReceived.Should().Be(Arrivals * "hello".Length);
    }

    [Fact]
    public async Task Requests_over_HTTP_2_share_one_connection()
    {
        await using var server = await TlsServer.StartAsync(_ => 200, Stop);
        await RunAsync(server, new("2", AcceptAnyCertificate: true));
        server.Connections.Should().ContainSingle();
    }

    [Fact]
    public async Task Each_request_over_TLS_is_on_a_connection_of_its_own_where_that_is_asked_for()
    {
        await using var server = await TlsServer.StartAsync(_ => 200, Stop);
        var measured = await RunAsync(server, new(AcceptAnyCertificate: true, NewConnections: true));
        measured.Steps.Single().Latency.Count.Should().Be(Arrivals);
        server.Connections.Should().HaveCount(Arrivals);
    }

    [Fact]
    public void A_new_connection_for_each_request_is_refused_over_HTTP_2_which_has_no_word_for_it() =>
        new LoadHttpOptions("2", NewConnections: true).Problems().Should().ContainSingle().Which.Should().Contain("only with HTTP/1.1");

    [Theory]
    [InlineData("1.1")]
    [InlineData("2")]
    public async Task Failing_answers_over_TLS_are_counted_by_their_status(string version)
    {
        await using var server = await TlsServer.StartAsync(request => request <= Failing ? 503 : 200, Stop);
        var step = (await RunAsync(server, new(version, AcceptAnyCertificate: true))).Steps.Single();
        step.Errors.Should().Equal(new Dictionary<string, long> { ["status 503"] = Failing });
        (step.Failed.Count, step.Latency.Count).Should().Be((Failing, Arrivals - Failing));
        server.Asked.Values.Sum().Should().Be(Arrivals);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2")]
    public async Task A_certificate_that_no_authority_signed_is_refused_unless_any_is_accepted(string version)
    {
        await using var server = await TlsServer.StartAsync(_ => 200, Stop);
        var step = (await RunAsync(server, new(version))).Steps.Single();
        step.Errors.Should().Equal(new Dictionary<string, long> { ["TLS failed"] = Arrivals });
        server.Asked.Should().BeEmpty();
    }

    private static Task<LoadMeasurement> RunAsync(TlsServer server, LoadHttpOptions http) =>
        LoadEngine.Process(TimeProvider.System).RunAsync(
            new LoadPlan("tls", HttpScenario.Get("/hello"), ArrivalRates.Constant(2 * Arrivals, TimeSpan.FromSeconds(0.5)))
            {
                Target = server.Address, Http = http, WarmUp = TimeSpan.Zero, EndEarly = false,
            }, null, Stop);
}
