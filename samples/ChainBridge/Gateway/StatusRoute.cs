using System.Net.Http.Json;
using ChainBridge.Samples.ServiceDefaults;

namespace ChainBridge.Samples.Gateway;

/// <summary>What <c>/api/v1/status</c> says of one service.</summary>
/// <param name="Version">Null when it did not answer.</param>
/// <param name="Health"><c>healthy</c>, <c>unhealthy</c> (it answers, its dependencies do not) or <c>down</c>.</param>
public sealed record ServiceStatus(string Name, string? Version, string? Commit, string Health);

/// <summary>Asks every service behind the gateway for its version and health, at once, each with a deadline.</summary>
public sealed class StatusRoute(IHttpClientFactory clients, ServiceIdentity identity)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private sealed record VersionAnswer(string Version, string Commit);

    /// <summary>Always 200: the gateway answers also for those who cannot.</summary>
    public async Task<object> AnswerAsync(CancellationToken cancellationToken)
    {
        var services = await Task.WhenAll(Upstreams.Names.Select(name => AskAsync(name, cancellationToken)));
        return new
        {
            status = services.All(service => service.Health == "healthy") ? "healthy" : "degraded",
            services = services.Prepend(new ServiceStatus("gateway", identity.Version, identity.Commit, "healthy")),
        };
    }

    private async Task<ServiceStatus> AskAsync(string name, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        var client = clients.CreateClient(name);
        try
        {
            var version = await client.GetFromJsonAsync<VersionAnswer>("version", deadline.Token);
            using var health = await client.GetAsync("health", deadline.Token);
            return new(name, version!.Version, version.Commit, health.IsSuccessStatusCode ? "healthy" : "unhealthy");
        }
        catch (Exception away)
            when (away is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(name, null, null, "down");
        }
    }
}
