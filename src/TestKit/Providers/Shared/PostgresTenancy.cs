using ChainBridge.TestKit.Postgres;
using Npgsql;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>A run's stay on a PostgreSQL that others use too: its databases go with it, and those of dead runs when it comes.</summary>
internal sealed class PostgresTenancy : IAsyncDisposable
{
    /// <summary>
    /// How soon a lost connection is made anew; a run is held for dead only when it was seen without one for longer than that.
    /// </summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);

    private readonly PostgresServer _server;
    private readonly RunName _run;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private NpgsqlConnection _life;
    private TenancyReaper? _reaper;
    private Task _beat = Task.CompletedTask;

    private PostgresTenancy(PostgresServer server, RunName run, NpgsqlConnection life, TimeProvider time) =>
        (_server, _run, _life, _time) = (server, run, life, time);

    /// <summary>The server as this run may use it. Removes the databases of dead runs first, and logs which.</summary>
    public static async Task<PostgresServer> EnterAsync(
        PostgresServer server, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = RunName.New();
        var tenancy = new PostgresTenancy(server, run, await ConnectAsync(server, run, cancellationToken), time);
        try
        {
            tenancy._reaper = TenancyReaper.Start(new("postgres", server.Host, server.Port, server.Username, server.Password,
                server.HomeDatabase, server.Further, run.Id), log);
            await CheckAsync(tenancy._life, server, cancellationToken);
            if (await tenancy.SweepAsync(cancellationToken) is { Count: > 0 } removed)
                await log.WriteLineAsync(
                    $"ChainBridge.TestKit: dropped on {server} what runs that are gone left: {string.Join(", ", removed)}");
            if (server.SharesTemplates && await TemplateSweep.RunAsync(tenancy._life, cancellationToken) is { Count: > 0 } stale)
                await log.WriteLineAsync($"ChainBridge.TestKit: dropped on {server} templates that no run has asked for in "
                    + $"{TemplateMark.Kept.TotalDays} days: {string.Join(", ", stale)}");
        }
        catch
        {
            await tenancy._life.DisposeAsync();
            if (tenancy._reaper is not null) await tenancy._reaper.DisposeAsync();
            throw;
        }

        tenancy._beat = tenancy.BeatAsync();
        return server with { NamePrefix = run.Prefix, Owner = tenancy };
    }

    /// <summary>Drops everything that carries the run's name.</summary>
    public static async Task<IReadOnlyList<string>> DropAllAsync(PostgresServer server, RunName run, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(server, null, cancellationToken);
        return await DropAsync(connection, owner => owner == run, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _beat;
        using var deadline = new CancellationTokenSource(EndTimeout);
        try
        {
            await DropAllAsync(_server, _run, deadline.Token);
            if (_reaper is not null) await _reaper.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The server is away, and the tests that use it have failed for that. Should it come back, the reaper or the next run drops
            // them.
        }
        finally
        {
            await _life.DisposeAsync();
            await _server.Owner.DisposeAsync();
        }
    }

    private static async Task CheckAsync(NpgsqlConnection connection, PostgresServer server, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < 13)
            throw new ProviderException($"{server} is version {connection.PostgreSqlVersion}: 13 or newer is needed");
        await using var command =
            new NpgsqlCommand("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
            throw new ProviderException($"the user {server.Username} may not create databases on {server}: ALTER ROLE {server.Username} "
                + "CREATEDB, or name another user in CHAINBRIDGE_POSTGRES");
    }

    private static Task<NpgsqlConnection> ConnectAsync(PostgresServer server, RunName? run, CancellationToken cancellationToken)
    {
        var settings = server.Settings(server.HomeDatabase);
        (settings.Pooling, settings.ApplicationName) = (false, run?.ClientName ?? "chainbridge-tidy");
        return Sessions.OpenAsync(settings, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var dead = await DeadAsync(cancellationToken);
        if (dead.Count == 0) return [];
        // A live run whose connection was just lost makes another within a second.
        await Task.Delay(Doubt, _time, cancellationToken);
        dead.IntersectWith(await DeadAsync(cancellationToken));
        return await DropAsync(_life, dead.Contains, cancellationToken);
    }

    private async Task<HashSet<RunName>> DeadAsync(CancellationToken cancellationToken)
    {
        var runs = (await DatabasesAsync(_life, cancellationToken)).Select(RunName.OfDatabase).OfType<RunName>().ToHashSet();
        const string Clients = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE @pattern";
        foreach (var client in await Sessions.NamesAsync(_life, Clients, RunName.AnyClient, cancellationToken))
            if (RunName.OfClient(client) is { } alive) runs.Remove(alive);
        return runs;
    }

    private static Task<List<string>> DatabasesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Sessions.NamesAsync(connection, "SELECT datname FROM pg_database WHERE datname LIKE @pattern AND pg_has_role(datdba, 'MEMBER')",
            RunName.AnyDatabase, cancellationToken);

    private static async Task<IReadOnlyList<string>> DropAsync(
        NpgsqlConnection connection, Func<RunName, bool> of, CancellationToken cancellationToken)
    {
        var dropped = new List<string>();
        foreach (var name in await DatabasesAsync(connection, cancellationToken))
        {
            if (RunName.OfDatabase(name) is not { } owner || !of(owner)) continue;
            // The name is ours to the last character or it would not have matched; quoted all the same.
            var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(name);
            await using var command = new NpgsqlCommand($"ALTER DATABASE {quoted} IS_TEMPLATE false; ", connection);
            await IgnoringGoneAsync(command, cancellationToken);
            command.CommandText = $"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)";
            await IgnoringGoneAsync(command, cancellationToken);
            dropped.Add(name);
        }

        return dropped;
    }

    private static async Task IgnoringGoneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException gone) when (gone.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedObject)
        {
            // Another run that came at the same time was quicker.
        }
    }

    private async Task BeatAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pulse, _time, _end.Token);
                await using var command = new NpgsqlCommand("SELECT 1", _life);
                await command.ExecuteScalarAsync(_end.Token);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException or OperationCanceledException)
            {
                await _life.DisposeAsync();
                try
                {
                    _life = await ConnectAsync(_server, _run, _end.Token);
                }
                catch (Exception still) when (still is NpgsqlException or OperationCanceledException or TimeoutException)
                {
                    // The tests will report that the server is away; we try again.
                }
            }
        }
    }
}
