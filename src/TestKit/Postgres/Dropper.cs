using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Drops databases in the background, one at a time; a caller waits when 64 are queued.</summary>
internal sealed class Dropper : IAsyncDisposable
{
    private const int Ahead = 64;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Unsubscribe = """
        DO $$
        DECLARE name name;
        BEGIN
            FOR name IN SELECT subname FROM pg_catalog.pg_subscription
                WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) LOOP
                EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', name);
                EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', name);
                EXECUTE format('DROP SUBSCRIPTION %I', name);
            END LOOP;
        END $$
        """;

    private readonly PostgresAdmin _admin;
    private readonly TimeProvider _time;
    private readonly Channel<string> _names = Channel.CreateBounded<string>(new BoundedChannelOptions(Ahead) { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _failed = new();
    private readonly Task _work;

    public Dropper(PostgresAdmin admin, TimeProvider time)
    {
        (_admin, _time) = (admin, time);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>What could not be dropped, and why.</summary>
    public IReadOnlyCollection<string> Failed => _failed;

    /// <summary>Queues the database to be dropped; sessions that are still connected are ended.</summary>
    public ValueTask SoonAsync(string name, CancellationToken cancellationToken) => _names.Writer.WriteAsync(name, cancellationToken);

    /// <summary>Drops it at once; sessions that are still connected are ended.</summary>
    public async Task NowAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await DropAsync(name, cancellationToken);
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            await UnsubscribeAsync(name, cancellationToken);
            await DropAsync(name, cancellationToken);
        }
    }

    /// <summary>Waits until all is dropped, 15 s at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _names.Writer.TryComplete();
        try
        {
            await _work.WaitAsync(EndTimeout, _time);
        }
        catch (TimeoutException)
        {
            await _end.CancelAsync();
            await _work;
        }

        _end.Dispose();
    }

    private async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await _admin.ExecuteAsync($"dropping the database {name}", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                    cancellationToken);
                return;
            }
            catch (PostgresException starting)
                when (starting.SqlState == PostgresErrorCodes.InsufficientPrivilege && _time.GetElapsedTime(began) < StartTimeout)
            {
                // A session that is just starting, an autovacuum worker for one, has no role yet: only a superuser may end it now.
                await Task.Delay(Pause, _time, cancellationToken);
            }
        }
    }

    /// <summary>A database that subscribes to another is not dropped, even with force.</summary>
    private async Task UnsubscribeAsync(string name, CancellationToken cancellationToken)
    {
        await _admin.ExecuteAsync($"opening {name}", $"ALTER DATABASE {name} ALLOW_CONNECTIONS true", cancellationToken);
        await using var connection = await _admin.ConnectAsync($"connecting to {name}", name, "", cancellationToken);
        await using var command = new NpgsqlCommand(Unsubscribe, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var name in _names.Reader.ReadAllAsync(_end.Token))
            {
                try
                {
                    await NowAsync(name, _end.Token);
                }
                catch (Exception failure) when (failure is LeaseException or NpgsqlException)
                {
                    // A server that is gone took its databases along; on one that lives the next run's sweep finds it.
                    _failed.Enqueue($"{name}: {failure.Message}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            while (_names.Reader.TryRead(out var left)) _failed.Enqueue($"{left}: there was no time left");
        }
    }
}
