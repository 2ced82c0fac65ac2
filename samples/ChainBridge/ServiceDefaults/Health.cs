using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>Something a service cannot work without.</summary>
/// <param name="Name">E.g. <c>postgres</c>.</param>
/// <param name="AskAsync">Throws when it does not answer.</param>
public sealed record Dependency(string Name, Func<CancellationToken, Task> AskAsync);

/// <summary>What <c>/health</c> says of one dependency.</summary>
public sealed record DependencyHealth(string Name, bool Healthy, double Milliseconds, string? Error);

/// <summary>Asks every dependency at once; healthy only if all of them answer within three seconds.</summary>
public static class HealthAnswer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The <c>/health</c> route.</summary>
    public static async Task<IResult> AskAsync(
        IEnumerable<Dependency> dependencies, ServiceIdentity identity, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(dependencies.Select(dependency => AskOneAsync(dependency, cancellationToken)));
        var healthy = answers.All(answer => answer.Healthy);
        return Results.Json(
            new { status = healthy ? "healthy" : "unhealthy", service = identity.Name, version = identity.Version, dependencies = answers },
            WireFormat.Options, statusCode: healthy ? 200 : 503);
    }

    private static async Task<DependencyHealth> AskOneAsync(Dependency dependency, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await dependency.AskAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            return new(dependency.Name, true, Math.Round(watch.Elapsed.TotalMilliseconds, 2), null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The type says enough to a caller; the message may hold an address or a user.
            return new(dependency.Name, false, Math.Round(watch.Elapsed.TotalMilliseconds, 2), failure.GetType().Name);
        }
    }
}

/// <summary>The <c>health</c> argument: what a container's HEALTHCHECK runs, so that no image needs curl.</summary>
internal static class HealthCommand
{
    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        var port = configuration["ASPNETCORE_HTTP_PORTS"] ?? configuration["HTTP_PORTS"] ?? "8080";
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync($"http://127.0.0.1:{port.Split(';')[0]}/health");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"/health did not answer: {failure.Message}");
            return 1;
        }
    }
}
