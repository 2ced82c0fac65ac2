using ChainBridge.LocalServers;
using ChainBridge.TestKit.Providers.External;
using ChainBridge.TestKit.Providers.Shared;

namespace ChainBridge.TestKit.Providers.Choice;

/// <summary>Chooses the run's provider, logs which and why, and removes what dead runs left.</summary>
/// <param name="Sweep">Removes what dead runs left; asked for when the servers are up, which need not wait for it.</param>
internal sealed record ProviderStart(IServerProvider Provider, Lazy<Task> Sweep)
{
    private static readonly TimeSpan SweepTimeout = TimeSpan.FromSeconds(15);

    /// <exception cref="ProviderException">None can be had as asked.</exception>
    public static async Task<ProviderStart> ChooseAsync(Func<string, string?> variable, TimeProvider time, TextWriter log)
    {
        var engine = DockerEngine.Address(variable);
        var wanted = variable("CHAINBRIDGE_PROVIDER");
        // Asked for by name, Docker may pull; chosen by itself, it must be ready.
        string[] images = wanted == "docker" ? [] : [DockerProvider.PostgresImageFrom(variable), DockerProvider.RedisImageFrom(variable)];
        var problems = new ProviderProblems(stop => DockerEngine.ProblemAsync(engine, images, stop), NativeProvider.Missing,
            EmbeddedPackage.Missing, () => ExternalSettings.Problem(variable));
        var choice = await ProviderChoice.MakeAsync(wanted, problems, CancellationToken.None);
        await log.WriteLineAsync($"ChainBridge.TestKit: PostgreSQL and Redis from the {choice.Name} provider ({choice.Why})");
        IServerProvider provider = choice.Name switch
        {
            "docker" => new DockerProvider(variable, log, time),
            "embedded" => EmbeddedPackage.Provider(variable, log, time),
            "external" => new ExternalProvider(ExternalSettings.Read(variable), log, time),
            _ => new NativeProvider(variable, log, time),
        };
        return new(provider,
            new(() => Task.WhenAll(Task.Run(() => SweepAsync(log)), (provider as DockerProvider)?.SweepAsync() ?? Task.CompletedTask)));
    }

    /// <summary>The run's PostgreSQL, with the driver made ready meanwhile.</summary>
    public async Task<PostgresServer> PostgresAsync()
    {
        var warm = Provider.Name == "external" ? Task.CompletedTask : Task.Run(() => DriverWarmup.RunAsync(CancellationToken.None));
        var server = await Provider.StartPostgresAsync(CancellationToken.None);
        await warm;
        _ = Sweep.Value;
        return server;
    }

    /// <summary>The run's Redis.</summary>
    public async Task<RedisServer> RedisAsync()
    {
        var server = await Provider.StartRedisAsync(CancellationToken.None);
        _ = Sweep.Value;
        return server;
    }

    private static async Task SweepAsync(TextWriter log)
    {
        try
        {
            using var deadline = new CancellationTokenSource(SweepTimeout);
            if (await ScratchSweep.RunAsync(deadline.Token) is { Count: > 0 } removed)
                await log.WriteLineAsync($"ChainBridge.TestKit: removed what processes that are gone left: {string.Join(", ", removed)}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // What others left is no reason for this run to fail.
            await log.WriteLineAsync($"ChainBridge.TestKit: could not look for what processes that are gone left ({failure.Message})");
        }
    }
}
