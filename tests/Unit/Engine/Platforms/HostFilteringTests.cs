using ChainBridge.Edge;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms;

/// <summary>A service that answers only to its own name, as ASP.NET, Django and Rails can be configured to.</summary>
public sealed class HostFilteringTests : IAsyncLifetime
{
    private const string Name = "shop.example.com";
    private WebApplication _service = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder =
            WebApplication.CreateBuilder(new WebApplicationOptions { Args = ["--AllowedHosts", Name, "--urls", "http://127.0.0.1:0"] });
        _service = builder.Build();
        _service.MapGet("/health", (HttpRequest request) => $"{request.Host}");
        await _service.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_health_check_without_the_host_keeps_the_refusal_and_names_the_key()
    {
        using var client = new HttpClient();
        var health = new HttpHealth(client, "/health", null);
        (await health.AskAsync(Address(_service), Stop)).Should().BeFalse();
        health.LastAnswer.Should().StartWith("400 Bad Request").And.Contain("Invalid Hostname").And.Contain("'host'");
    }

    [Fact]
    public async Task A_health_check_with_the_host_passes()
    {
        using var client = new HttpClient();
        (await new HttpHealth(client, "/health", Name).AskAsync(Address(_service), Stop)).Should().BeTrue();
    }

    [Fact]
    public async Task A_health_check_of_a_closed_port_keeps_the_reason()
    {
        await _service.StopAsync(Stop);
        using var client = new HttpClient();
        var health = new HttpHealth(client, "/health", Name);
        (await health.AskAsync(Address(_service), Stop)).Should().BeNull();
        health.LastAnswer.Should().Contain("refused");
    }

    [Theory]
    [InlineData(null, Verdict.Fail)]
    [InlineData(Name, Verdict.Pass)]
    public async Task A_probe_sends_its_host_directly_and_through_the_door(string? host, Verdict expected)
    {
        var probe = new ProbeSpec("health", "GET", "/health", null, 200, host, TimeSpan.FromSeconds(30), "X-Version") { Host = host };
        var probes = new ProbeGate(TimeProvider.System);
        (await probes.AskAsync(probe, new GateSubject(Address(_service), null), Stop)).Verdict.Should().Be(expected);

        var state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var door = new FrontDoor(new EdgeStateFile(state));
            door.Place("blue", Address(_service), 1);
            door.Switch("blue", 1);
            await using var open = EdgeApp.BuildPublic(door, "http://127.0.0.1:0");
            await open.StartAsync(Stop);
            (await probes.AskAsync(probe, new GateSubject(Address(open), null), Stop)).Verdict.Should().Be(expected);
        }
        finally
        {
            File.Delete(state);
        }
    }

    [Fact]
    public async Task A_probe_of_an_application_without_a_version_header_reports_that_the_header_is_missing()
    {
        var probe = new ProbeSpec("health", "GET", "/health", null, 200, null, TimeSpan.FromSeconds(30), "X-Version") { Host = Name };
        var evidence = await new ProbeGate(TimeProvider.System).AskAsync(probe, new GateSubject(Address(_service), "v1"), Stop);
        evidence.Verdict.Should().Be(Verdict.Fail);
        evidence.Answered.Should().Contain("has no header X-Version").And.Contain("versionHeader").And.NotContain("another release");
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
