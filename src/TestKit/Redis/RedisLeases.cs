using System.Collections.Concurrent;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Redis;
using StackExchange.Redis;

namespace ChainBridge.TestKit;

/// <summary>Hands out key spaces: per lease a numbered database, or a prefix that the server guards.</summary>
public sealed class RedisLeases : IAsyncDisposable
{
    private readonly ConcurrentQueue<int> _returned = new();
    private readonly Lazy<Task<RedisAdmin>> _admin;
    private readonly Func<CancellationToken, Task<string?>> _lacksPrefixes;
    private readonly ConcurrentQueue<string> _users = new();
    private readonly ConcurrentDictionary<RedisLease, bool> _live = new();
    private readonly SemaphoreSlim _firstPrefix = new(1, 1);
    private int? _prefixNumber;
    private int _disposed;

    /// <summary>Database 0 is leased to no test: code that forgets the number writes there, and is found out.</summary>
    private int _last;

    /// <summary>Asks for the server with the first lease.</summary>
    /// <param name="server">The server of the run.</param>
    /// <param name="lacksPrefixes">
    /// Null when the server can hold a user to a prefix; otherwise a sentence that names the server that cannot and the providers that can.
    /// </param>
    internal RedisLeases(Func<Task<RedisServer>> server, Func<CancellationToken, Task<string?>> lacksPrefixes) =>
        (_admin, _lacksPrefixes) = (new(async () => await OpenAsync(await server())), lacksPrefixes);

    /// <summary>An empty key space that no other test has, isolated as the attributes ask for.</summary>
    /// <exception cref="LeaseException">No key space can be leased; the message gives the reason and what to do.</exception>
    public Task<RedisLease> LeaseAsync(CancellationToken cancellationToken) => LeaseAsync(new KeySpaceOptions(), cancellationToken);

    /// <summary>An empty key space that no other test has, isolated as the options ask for, else the attributes.</summary>
    /// <exception cref="LeaseException">No key space can be leased; the message gives the reason and what to do.</exception>
    /// <exception cref="CapabilityException">The server cannot guard a prefix.</exception>
    public async Task<RedisLease> LeaseAsync(KeySpaceOptions options, CancellationToken cancellationToken)
    {
        var admin = await _admin.Value.WaitAsync(cancellationToken);
        var scope = options.Scope();
        var lease = (options.KeySpace ?? KeySpaceAttribute.Here() ?? KeySpace.Number) == KeySpace.Prefix
            ? await PrefixAsync(admin, scope, cancellationToken)
            : await NumberAsync(admin, scope, cancellationToken);
        if (lease.User.Length > 0) _users.Enqueue(lease.User);
        return lease;
    }

    /// <summary>Ends the leases that are left and removes their users.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (_admin is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await using var admin = await _admin.Value;
            // A test that made the run itself may live longer than it; no test is left that could report which commands its leases refused.
            foreach (var lease in _live.Keys) await TryAsync(() => lease.EndAsync(TestEnding.Passed, CancellationToken.None).AsTask());
            foreach (var some in _users.Chunk(1000))
                await TryAsync(() =>
                    admin.ExecuteAsync("removing the leases' users", 0, CancellationToken.None, "ACL", ["DELUSER", .. some]));
        }

        _firstPrefix.Dispose();
    }

    /// <summary>Runs a cleanup; on a server that is gone there is nothing to clean up.</summary>
    private static async Task TryAsync(Func<Task> tidy)
    {
        try
        {
            await tidy();
        }
        catch (Exception failure) when (failure is LeaseException or RedisException)
        {
        }
    }

    private static async Task<RedisAdmin> OpenAsync(RedisServer running)
    {
        var admin = new RedisAdmin(running);
        try
        {
            // What leases were refused is read when they end: the server's own 128 entries are few for many tests at once.
            if (running.Numbers is null)
                await admin.ExecuteAsync("lengthening the server's log of refusals", 0, CancellationToken.None, "CONFIG", "SET",
                    "acllog-max-len", "10000");
        }
        catch (RedisServerException)
        {
            // One that only speaks the protocol, and has no such log.
        }

        return admin;
    }

    private async Task<RedisLease> NumberAsync(RedisAdmin admin, TestScope? scope, CancellationToken cancellationToken)
    {
        var number = await TakeAsync(admin.Server, cancellationToken);
        // On a server that others use too we make no users.
        var guard = admin.Server.Numbers is null ? await RedisGuard.OfNumberAsync(admin, number, cancellationToken) : null;
        return new RedisLease(admin, guard, number, "", scope, _live, async (ending, stop) =>
        {
            var refused = guard is null ? null : await guard.EndAsync(stop);
            await admin.ExecuteAsync($"emptying database {number}", number, stop, "FLUSHDB");
            // A test that runs on may still write there, as the server's own user: no other test gets that number.
            if (!ending.GivenUp) await ReturnAsync(admin.Server, number, stop);
            Judge(refused, $"database {number}");
            if (admin.Server.Numbers is null) await StraysAsync(admin, stop);
        });
    }

    private async Task<RedisLease> PrefixAsync(RedisAdmin admin, TestScope? scope, CancellationToken cancellationToken)
    {
        var number = await PrefixNumberAsync(admin.Server, cancellationToken);
        var prefix = $"cb-{Guid.NewGuid():N}:";
        var guard = await RedisGuard.OfPrefixAsync(admin, prefix, number, cancellationToken);
        return new RedisLease(admin, guard, number, prefix, scope, _live, async (_, stop) =>
        {
            var refused = await guard.EndAsync(stop);
            var keys = await admin.KeysAsync($"listing the keys of {prefix}", number, prefix, int.MaxValue, stop);
            foreach (var some in keys.Chunk(1000))
                await admin.ExecuteAsync($"removing the keys of {prefix}", number, stop, "UNLINK", [.. some.Select(key => (object)key)]);
            Judge(refused, $"the prefix {prefix}");
        });
    }

    /// <summary>One number for all prefixes, kept until the run ends.</summary>
    private async Task<int> PrefixNumberAsync(RedisServer running, CancellationToken cancellationToken)
    {
        await _firstPrefix.WaitAsync(cancellationToken);
        try
        {
            if (_prefixNumber is { } known) return known;
            if (await _lacksPrefixes(cancellationToken) is { } lack) throw new CapabilityException(lack);
            _prefixNumber = await TakeAsync(running, cancellationToken);
            return _prefixNumber.Value;
        }
        finally
        {
            _firstPrefix.Release();
        }
    }

    private async Task<int> TakeAsync(RedisServer running, CancellationToken cancellationToken)
    {
        if (running.Numbers is { } numbers) return await numbers.TakeAsync(cancellationToken);
        if (!_returned.TryDequeue(out var number)) number = Interlocked.Increment(ref _last);
        return number < running.Databases ? number
            : throw new LeaseException($"all {running.Databases} Redis databases are leased (database 0 is never leased): "
                + "dispose the leases that are done with, run fewer tests at once, or use KeySpace.Prefix");
    }

    private async Task ReturnAsync(RedisServer running, int number, CancellationToken cancellationToken)
    {
        if (running.Numbers is { } numbers) await numbers.ReturnAsync(number, cancellationToken);
        else _returned.Enqueue(number);
    }

    private static void Judge(string? refused, string own)
    {
        if (refused is not null)
            throw new LeaseException($"the test reached for Redis keys that are not its own, and was refused: {refused}. Its own are in "
                + $"{own}; use lease.ConnectionString as it is, and lease.KeyPrefix before every key and channel where it is not empty");
    }

    private static async Task StraysAsync(RedisAdmin admin, CancellationToken cancellationToken)
    {
        var strays = await admin.KeysAsync("looking for keys in database 0", 0, "", 5, cancellationToken);
        if (strays.Count == 0) return;
        await admin.ExecuteAsync("emptying database 0", 0, cancellationToken, "FLUSHDB");
        throw new LeaseException($"a client wrote into Redis database 0, which no test has: {string.Join(", ", strays)}. "
            + "It connected without the lease's number (defaultDatabase), in this test or in one that ran beside it");
    }
}
