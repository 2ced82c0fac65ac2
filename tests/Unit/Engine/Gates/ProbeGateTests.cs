using System.Net;
using System.Net.Sockets;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

public sealed class ProbeGateTests
{
    private static readonly ProbeSpec Probe = new("health", "GET", "/health", null, 200, "fine", TimeSpan.FromSeconds(5),
        "X-ChainBridge-Version");

    [Theory]
    [InlineData("v2", 200, "all fine", Verdict.Pass)]
    [InlineData("v1", 200, "all fine", Verdict.Fail)]
    [InlineData(null, 200, "all fine", Verdict.Fail)]
    [InlineData("v2", 500, "all fine", Verdict.Fail)]
    [InlineData("v2", 302, "all fine", Verdict.Fail)]
    [InlineData("v2", 200, "broken", Verdict.Fail)]
    [InlineData("v2", 200, "", Verdict.Fail)]
    public async Task The_answer_is_judged_by_version_status_and_body(string? version, int status, string body, Verdict expected)
    {
        var evidence = await AskAsync(_ =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
            if (version is not null) response.Headers.Add("X-ChainBridge-Version", version);
            return response;
        });
        evidence.Verdict.Should().Be(expected);
        evidence.Asked.Should().Contain("GET http://door.test/health");
    }

    [Fact]
    public async Task An_answer_from_another_release_is_named_as_that()
    {
        var evidence = await AskAsync(_ =>
            new HttpResponseMessage { Headers = { { "X-ChainBridge-Version", "v1" } }, Content = new StringContent("fine") });
        evidence.Answered.Should().Contain("v1").And.Contain("v2").And.Contain("another release");
    }

    [Fact]
    public async Task A_closed_port_of_this_machine_is_a_failure()
    {
        // Bound and not listening: nobody else can get the port meanwhile, and whoever knocks is refused.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)silent.LocalEndPoint!).Port;
        var evidence = await new ProbeGate(TimeProvider.System)
            .AskAsync(Probe, new GateSubject(new Uri($"http://127.0.0.1:{port}"), "v2"), TestContext.Current.CancellationToken);
        evidence.Verdict.Should().Be(Verdict.Fail);
        evidence.Answered.Should().Contain("refused");
    }

    [Fact]
    public async Task Silence_fails_at_the_probes_own_deadline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var evidence = await new ProbeGate(TimeProvider.System).AskAsync(Probe with { Timeout = TimeSpan.FromMilliseconds(100) },
            new GateSubject(new Uri($"http://127.0.0.1:{port}"), "v2"), TestContext.Current.CancellationToken);
        evidence.Verdict.Should().Be(Verdict.Fail);
        evidence.Answered.Should().Contain("0.1 s");
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, Verdict.Inconclusive)]
    [InlineData(SocketError.HostUnreachable, Verdict.Inconclusive)]
    [InlineData(SocketError.HostNotFound, Verdict.Inconclusive)]
    [InlineData(SocketError.ConnectionRefused, Verdict.Fail)]
    [InlineData(SocketError.ConnectionReset, Verdict.Fail)]
    public async Task An_answer_that_says_nothing_about_the_release_is_inconclusive(SocketError error, Verdict expected) =>
        (await AskAsync(_ => throw new HttpRequestException("no", new SocketException((int)error)))).Verdict.Should().Be(expected);

    [Fact]
    public async Task The_body_is_sent_as_json()
    {
        var sent = "";
        await AskAsync(request =>
        {
            using var reader = new StreamReader(request.Content!.ReadAsStream(TestContext.Current.CancellationToken));
            sent = reader.ReadToEnd();
            request.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
            return new HttpResponseMessage();
        }, Probe with { Method = "POST", Body = "{\"a\":1}" });
        sent.Should().Be("{\"a\":1}");
    }

    private static Task<Evidence> AskAsync(Func<HttpRequestMessage, HttpResponseMessage> answer, ProbeSpec? probe = null) =>
        new ProbeGate(TimeProvider.System, () => new Answering(answer))
            .AskAsync(probe ?? Probe, new GateSubject(new Uri("http://door.test"), "v2"), TestContext.Current.CancellationToken);

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
