using System.Collections.Concurrent;
using ChainBridge.TestKit.Providers;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Redis;

/// <summary>Hands out key spaces: a numbered database per lease.</summary>
public sealed class RedisLeases(Func<Task<RedisServer>> server)
{
    private readonly ConcurrentQueue<int> _returned = new();
    private int _next = -1;

    /// <summary>An empty key space that no other test has.</summary>
    /// <exception cref="InvalidOperationException">More leases are out at once than the server has databases.</exception>
    public async Task<RedisLease> LeaseAsync(CancellationToken cancellationToken)
    {
        var running = await server().WaitAsync(cancellationToken);
        if (running.Numbers is { } numbers) return Lease(running, await numbers.TakeAsync(cancellationToken));
        if (!_returned.TryDequeue(out var number)) number = Interlocked.Increment(ref _next);
        if (number >= running.Databases)
            throw new InvalidOperationException($"all {running.Databases} Redis databases are leased: dispose the leases that are done with");
        return Lease(running, number);
    }

    private RedisLease Lease(RedisServer running, int number) => new(running, number, () => ReturnAsync(running, number));

    private async Task ReturnAsync(RedisServer running, int number)
    {
        // Only an empty key space is handed out again; if this fails, the number is never used again.
        await using var connection = await ConnectionMultiplexer.ConnectAsync(running.Options());
        await connection.GetServer(running.Host, running.Port).FlushDatabaseAsync(number);
        if (running.Numbers is { } numbers) await numbers.ReturnAsync(number, CancellationToken.None);
        else _returned.Enqueue(number);
    }
}

/// <summary>A key space of its own for one test; emptied when disposed.</summary>
public sealed class RedisLease : IAsyncDisposable
{
    private readonly Func<Task> _return;

    internal RedisLease(RedisServer server, int database, Func<Task> @return) =>
        (Host, Port, Database, ConnectionString, _return) = (server.Host, server.Port, database, server.ConnectionString(database), @return);

    /// <summary>The server's host.</summary>
    public string Host { get; }

    /// <summary>The server's port.</summary>
    public int Port { get; }

    /// <summary>This test's database number.</summary>
    public int Database { get; }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _return();
}
