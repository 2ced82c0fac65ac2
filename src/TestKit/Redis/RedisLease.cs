using System.Collections.Concurrent;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Redis;
using StackExchange.Redis;

namespace ChainBridge.TestKit;

/// <summary>
/// A key space of its own for one test, empty at the beginning and emptied at the end. In a test it ends with the test;
/// elsewhere (in a fixture) when it is disposed. It ends in failure when something that used its <see cref="ConnectionString"/>
/// reached for what is not its own.
/// </summary>
public sealed class RedisLease : IAsyncDisposable
{
    private readonly Func<TestEnding, CancellationToken, ValueTask> _end;
    private readonly TestScope? _scope;
    private readonly ConcurrentDictionary<RedisLease, bool> _live;
    private int _ended;

    /// <param name="live">Holds the lease until it ends.</param>
    internal RedisLease(RedisAdmin admin, RedisGuard? guard, int number, string prefix, TestScope? scope,
        ConcurrentDictionary<RedisLease, bool> live, Func<TestEnding, CancellationToken, ValueTask> end)
    {
        (_end, _scope, _live) = (end, scope, live);
        live[this] = true;
        (Host, Port, Database, KeyPrefix, User, Password) = (admin.Server.Host, admin.Server.Port, number, prefix, guard?.User ?? "",
            guard?.Password ?? "");
        // Without the library's own keys and channels, which the guard would refuse.
        ConnectionString = admin.Server.ConnectionString(number)
            + (guard is null ? "" : $",user={User},password={Password},tiebreaker=,configChannel=");
        KnownSecrets.Register(ConnectionString);
        scope?.AtEnd(EndAsync);
        scope?.AddEvidence($"redis {number}", new RedisEvidence(admin, number, prefix).CollectAsync);
    }

    /// <summary>The server's host.</summary>
    public string Host { get; }

    /// <summary>The server's port.</summary>
    public int Port { get; }

    /// <summary>
    /// The database number: this test's alone with <see cref="KeySpace.Number"/>, shared with <see cref="KeySpace.Prefix"/>.
    /// </summary>
    public int Database { get; }

    /// <summary>What every key and channel of this test begins with; empty with <see cref="KeySpace.Number"/>.</summary>
    public string KeyPrefix { get; }

    /// <summary>The user that is held to this key space; empty where the server has none, or is not ours.</summary>
    public string User { get; }

    /// <summary>The user's password; it ends with the lease.</summary>
    public string Password { get; }

    /// <summary>The connection string for StackExchange.Redis, with the guarded user where there is one.</summary>
    public string ConnectionString { get; }

    /// <summary>In a test, the key space stays until the test's end. Elsewhere it is emptied at once.</summary>
    /// <exception cref="LeaseException">Something reached for what is not its own.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_scope is null) await EndAsync(TestEnding.Passed, CancellationToken.None);
    }

    /// <summary>Once; also when the run ends before the test that holds it.</summary>
    internal async ValueTask EndAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1) return;
        _live.TryRemove(this, out _);
        await _end(ending, cancellationToken);
    }
}
