using System.Globalization;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>
/// A run's stay on a Redis that others use too. Which run has which numbered database stands in one hash of the home
/// database; a database that held keys when it was asked for belongs to another user of the server and is never touched.
/// </summary>
internal sealed class RedisTenancy : IDatabaseNumbers, IAsyncDisposable
{
    private const string Claims = "chainbridge:claims";
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);

    private readonly RedisServer _server;
    private readonly RunName _run;
    private readonly int _home;
    private readonly ConnectionMultiplexer _life;
    private TenancyReaper? _reaper;

    private RedisTenancy(RedisServer server, RunName run, int home, ConnectionMultiplexer life) =>
        (_server, _run, _home, _life) = (server, run, home, life);

    /// <summary>The server as this run may use it. Empties the databases of dead runs first, and logs which.</summary>
    public static async Task<RedisServer> EnterAsync(
        RedisServer server, int home, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = RunName.New();
        var tenancy = new RedisTenancy(server, run, home, await ConnectAsync(server, run, cancellationToken));
        try
        {
            tenancy._reaper = TenancyReaper.Start(
                new("redis", server.Host, server.Port, "", "", home.ToString(CultureInfo.InvariantCulture), server.Further, run.Id), log);
            if (await tenancy.SweepAsync(time, cancellationToken) is { Count: > 0 } removed)
                await log.WriteLineAsync(
                    $"ChainBridge.TestKit: emptied on {server} what runs that are gone left: databases {string.Join(", ", removed)}");
        }
        catch
        {
            await tenancy._life.DisposeAsync();
            if (tenancy._reaper is not null) await tenancy._reaper.DisposeAsync();
            throw;
        }

        return server with { Databases = tenancy.Server.DatabaseCount, Numbers = tenancy, Owner = tenancy };
    }

    /// <summary>Empties every database that the run had.</summary>
    public static async Task ReleaseAllAsync(RedisServer server, RunName run, int home, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(server, null, cancellationToken);
        await new RedisTenancy(server, run, home, connection).ReleaseAsync(owner => owner == run);
    }

    private IServer Server => _life.GetServers()[0];

    private IDatabase Home => _life.GetDatabase(_home);

    /// <inheritdoc/>
    public async Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        var (occupied, leased) = (0, 0);
        for (var number = 0; number < Server.DatabaseCount; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (number == _home) continue;
            if (!await Home.HashSetAsync(Claims, number, _run.Id, When.NotExists))
            {
                leased++;
                continue;
            }

            if (await Server.DatabaseSizeAsync(number) == 0) return number;
            await Home.HashDeleteAsync(Claims, number);
            occupied++;
        }

        throw new ProviderException($"no numbered database of {_server} is free: of {Server.DatabaseCount}, "
            + $"{leased} are leased, {occupied} hold keys that are not ours, and {_home} is where the leases are written down. "
            + "Dispose the leases that are done with, or give the server more (redis-server --databases 1000)");
    }

    /// <inheritdoc/>
    public async Task ReturnAsync(int number, CancellationToken cancellationToken) =>
        await Home.HashDeleteAsync(Claims, number).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await ReleaseAsync(owner => owner == _run);
            if (_reaper is not null) await _reaper.DisposeAsync();
        }
        catch (RedisException)
        {
            // The server is away, and the tests that use it have failed for that. Should it come back, the reaper or the next run empties
            // them.
        }
        finally
        {
            await _life.DisposeAsync();
            await _server.Owner.DisposeAsync();
        }
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer server, RunName? run, CancellationToken cancellationToken)
    {
        var options = server.Options();
        (options.ClientName, options.AbortOnConnectFail) = (run?.ClientName ?? "chainbridge-tidy", true);
        return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<int>> SweepAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var dead = await DeadAsync();
        if (dead.Count == 0) return [];
        // A live run whose connection was just lost makes another at once.
        await Task.Delay(Doubt, time, cancellationToken);
        dead.IntersectWith(await DeadAsync());
        return await ReleaseAsync(dead.Contains);
    }

    private async Task<HashSet<RunName>> DeadAsync()
    {
        var runs = (await Home.HashGetAllAsync(Claims)).Select(claim => new RunName(claim.Value.ToString())).ToHashSet();
        if (runs.Count == 0) return runs;
        foreach (var client in await Server.ClientListAsync())
            if (RunName.OfClient(client.Name ?? "") is { } alive) runs.Remove(alive);
        return runs;
    }

    private async Task<IReadOnlyList<int>> ReleaseAsync(Func<RunName, bool> of)
    {
        var released = new List<int>();
        foreach (var claim in await Home.HashGetAllAsync(Claims))
        {
            if (!of(new(claim.Value.ToString()))) continue;
            var number = int.Parse(claim.Name.ToString(), CultureInfo.InvariantCulture);
            await Server.FlushDatabaseAsync(number);
            await Home.HashDeleteAsync(Claims, number);
            released.Add(number);
        }

        return released;
    }
}
