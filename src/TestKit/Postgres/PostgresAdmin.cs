using ChainBridge.TestKit.Providers;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>Commands to the server itself, each with a deadline; each failure names what was being done.</summary>
internal sealed class PostgresAdmin(PostgresServer server) : IAsyncDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
        server.Settings(server.HomeDatabase).ConnectionString) { ApplicationName = "chainbridge-leases", MaxPoolSize = 20 });

    private string? _spare = server.SpareDatabase;

    public PostgresServer Server => server;

    /// <summary>The message for all later callers, once the server was found gone; null before.</summary>
    public string? Gone { get; private set; }

    /// <summary>One order without a result.</summary>
    public Task ExecuteAsync(string what, string sql, CancellationToken cancellationToken) => GuardAsync(what, async () =>
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>Makes an empty database: the spare one under this name, while there is one.</summary>
    public async Task CreateEmptyAsync(string what, string name, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            try
            {
                await ExecuteAsync(what, $"ALTER DATABASE {spare} RENAME TO {name}", cancellationToken);
                return;
            }
            catch (PostgresException taken) when (taken.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ObjectInUse)
            {
                // Another process on the server was first.
            }
        }

        await ExecuteAsync(what, $"CREATE DATABASE {name}", cancellationToken);
    }

    /// <summary>The rows, each as text.</summary>
    public Task<List<string>> ReadAsync(string what, string sql, CancellationToken cancellationToken) => GuardAsync(what, async () =>
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(reader.GetString(0));
        return rows;
    }, cancellationToken);

    /// <summary>The rows as lines for people, the columns' names first.</summary>
    public Task<string> TableAsync(string what, string sql, CancellationToken cancellationToken) => GuardAsync(what, async () =>
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = Enumerable.Range(0, reader.FieldCount).ToList();
        var lines = new List<string> { string.Join(" | ", names.Select(reader.GetName)) };
        while (await reader.ReadAsync(cancellationToken))
            lines.Add(string.Join(" | ", names.Select(column => reader.IsDBNull(column) ? "" : $"{reader.GetValue(column)}")));
        return lines.Count == 1 ? "none" : string.Join('\n', lines);
    }, cancellationToken);

    /// <summary>A connection that no pool keeps: what its session holds ends with it.</summary>
    public Task<NpgsqlConnection> ConnectAsync(string what, string database, string options, CancellationToken cancellationToken) =>
        GuardAsync(what, () =>
        {
            var settings = server.Settings(database);
            (settings.Pooling, settings.ApplicationName, settings.Options) = (false, "chainbridge-leases", options);
            return Sessions.OpenAsync(settings, cancellationToken);
        }, cancellationToken);

    /// <summary>Runs it; a failure is thrown with a message that names the cause and the next step.</summary>
    /// <exception cref="LeaseException">It failed.</exception>
    public async Task<T> GuardAsync<T>(string what, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            throw new LeaseException(
                $"the disk of {server} is full: {what} failed with 53100 ({full.MessageText}). Free space where the server keeps its data "
                    + "(SHOW data_directory), give its RAM disk more, or keep fewer databases warm (CHAINBRIDGE_WARM_DATABASES)", full);
        }
        catch (NpgsqlException late) when (late.InnerException is TimeoutException)
        {
            throw new LeaseException($"{server} did not answer in time: waited in vain for {what} ({late.InnerException.Message})", late);
        }
        catch (Exception lost) when (IsLoss(lost) && !cancellationToken.IsCancellationRequested)
        {
            throw new LeaseException(await LossAsync(what, lost), lost);
        }
    }

    /// <summary>Whether the connection was lost, rather than the statement refused by the server.</summary>
    public static bool IsLoss(Exception failure) => failure switch
    {
        PostgresException error =>
            error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException => failure.InnerException is not TimeoutException,
        _ => failure is System.Net.Sockets.SocketException or IOException,
    };

    /// <summary>The message about a lost connection: whether the server is gone, with its last output.</summary>
    public async Task<string> LossAsync(string what, Exception lost)
    {
        var words = await LastOutputAsync() is { } last ? $". Its last output: {last}" : "";
        if (await Sessions.AnswersAsync(server, ProbeTimeout, CancellationToken.None))
            return $"a connection to {server} was cut during {what} ({lost.Message}); the server answers again";
        return Gone = $"{server} is gone: it ended while tests were using it, during {what} ({lost.Message}). Tests that need it fail at "
            + $"once from here on; the next run starts a new one{words}";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<string?> LastOutputAsync()
    {
        using var deadline = new CancellationTokenSource(ProbeTimeout);
        try
        {
            return await server.FailureAsync(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception unknown) when (unknown is not LeaseException)
        {
            return null;
        }
    }
}
