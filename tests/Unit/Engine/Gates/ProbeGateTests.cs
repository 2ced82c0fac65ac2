using System.Net;
using System.Net.Sockets;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
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

    /// <summary>The stamp of the edge, the release's own version, whether it must have one.</summary>
    [Theory]
    [InlineData(VersionProof.Stamp, "v2", null, false, Verdict.Pass)]
    [InlineData(VersionProof.Stamp, "v2", "v2", false, Verdict.Pass)]
    [InlineData(VersionProof.Stamp, "v1", "v2", false, Verdict.Fail)]
    [InlineData(VersionProof.Stamp, "v2", "v1", false, Verdict.Fail)]
    [InlineData(VersionProof.Stamp, "v2", null, true, Verdict.Fail)]
    [InlineData(VersionProof.Stamp, null, "v2", false, Verdict.Inconclusive)]
    [InlineData(VersionProof.Stamp, null, "v2", true, Verdict.Inconclusive)]
    [InlineData(VersionProof.Answer, "v2", null, false, Verdict.Pass)]
    [InlineData(VersionProof.Answer, "v1", "v2", false, Verdict.Fail)]
    [InlineData(VersionProof.Answer, "v2", "v1", false, Verdict.Fail)]
    [InlineData(VersionProof.Answer, null, "v2", false, Verdict.Pass)]
    [InlineData(VersionProof.Answer, null, null, false, Verdict.Fail)]
    [InlineData(VersionProof.Digests, null, null, false, Verdict.Pass)]
    [InlineData(VersionProof.Digests, "v1", null, false, Verdict.Pass)]
    [InlineData(VersionProof.Digests, null, null, true, Verdict.Fail)]
    [InlineData(VersionProof.Digests, "v2", "v1", false, Verdict.Fail)]
    [InlineData(VersionProof.Digests, null, "v2", true, Verdict.Pass)]
    public async Task Which_release_answered_is_proved_by_the_edge_or_its_digests_and_the_release_must_agree(
        VersionProof proof, string? stamp, string? own, bool required, Verdict expected)
    {
        var evidence = await AskAsync(_ => Answer(200, stamp, own), Probe with { VersionRequired = required }, proof);
        evidence.Verdict.Should().Be(expected, evidence.Answered);
    }

    [Theory]
    [InlineData(502, "green", Verdict.Fail)]
    [InlineData(504, "green", Verdict.Fail)]
    [InlineData(200, "green", Verdict.Inconclusive)]
    [InlineData(502, null, Verdict.Inconclusive)]
    [InlineData(404, null, Verdict.Inconclusive)]
    public async Task An_answer_without_a_stamp_is_the_edges_for_a_release_or_no_evidence_about_one(
        int status, string? slot, Verdict expected)
    {
        var evidence = await AskAsync(_ =>
        {
            var response = Answer(status, null, "v2");
            if (slot is not null) response.Headers.Add("X-ChainBridge-Slot", slot);
            return response;
        }, proof: VersionProof.Stamp);
        evidence.Verdict.Should().Be(expected, evidence.Answered);
    }

    [Theory]
    [InlineData("{\"version\":\"v2\"}", Verdict.Pass)]
    [InlineData("{\"version\":\"v1\"}", Verdict.Fail)]
    [InlineData("{\"commit\":\"v2\"}", Verdict.Fail)]
    [InlineData("[\"v2\"]", Verdict.Fail)]
    [InlineData("v2", Verdict.Fail)]
    public async Task A_version_route_must_answer_with_the_version_of_the_release(string body, Verdict expected) =>
        (await AskAsync(_ => new HttpResponseMessage { Content = new StringContent(body) },
            Probe with { Contains = null, StatesVersion = true }, VersionProof.Digests)).Verdict.Should().Be(expected);

    [Fact]
    public async Task A_probe_is_put_to_its_door_below_the_doors_path_and_with_its_host_and_a_version_route_at_the_root()
    {
        DoorAddress[] doors = [new("web", new("http://web.test:81")), new("api", new("http://web.test:82"), "/v1", "api.example.com")];
        var asked = new List<string>();
        var gate = new ProbeGate(TimeProvider.System, () => new Answering(request =>
        {
            asked.Add($"{request.RequestUri} {request.Headers.Host}".Trim());
            return Answer(200, "v2", null);
        }));
        var subject = GateSubject.At(doors, "v2", VersionProof.Stamp);
        foreach (var probe in new[]
        {
            Probe, Probe with { Door = "api" }, Probe with { Door = "api", Host = "own.example.com" },
            Probe with { Door = "api", Path = "/version", StatesVersion = true },
        })
            await gate.AskAsync(probe, subject, TestContext.Current.CancellationToken);
        asked.Should().Equal("http://web.test:81/health", "http://web.test:82/v1/health api.example.com",
            "http://web.test:82/v1/health own.example.com", "http://web.test:82/version api.example.com");
        var nowhere = await gate.AskAsync(Probe with { Door = "gone" }, subject, TestContext.Current.CancellationToken);
        (nowhere.Verdict, nowhere.Answered).Should().Be((Verdict.Inconclusive, "there is no door gone here"));
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
        // Bound and not listening: no other process can get the port meanwhile, and every connection is refused.
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
    public async Task An_answer_that_is_no_evidence_about_the_release_is_inconclusive(SocketError error, Verdict expected) =>
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

    private static HttpResponseMessage Answer(int status, string? stamp, string? own)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("all fine") };
        if (stamp is not null) response.Headers.Add("X-ChainBridge-Release", stamp);
        if (own is not null) response.Headers.Add("X-ChainBridge-Version", own);
        return response;
    }

    private static Task<Evidence> AskAsync(Func<HttpRequestMessage, HttpResponseMessage> answer, ProbeSpec? probe = null,
        VersionProof proof = VersionProof.Answer) => new ProbeGate(TimeProvider.System, () => new Answering(answer))
            .AskAsync(probe ?? Probe, new GateSubject(new Uri("http://door.test"), "v2") { Proof = proof },
                TestContext.Current.CancellationToken);

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
