using ChainBridge.TestKit.Basics;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>A finished template, and what its clones are given besides.</summary>
internal sealed record Template(string Name, DatabaseProperties Properties);

/// <summary>
/// The template of a migration set, built once per server however many processes ask at once. It is made under another
/// name and gets its own only when it is whole: what has the name is complete, and what a dead builder left is made anew.
/// </summary>
internal sealed class TemplateBuilder(PostgresAdmin admin, PostgresOptions options, TimeProvider time)
{
    /// <summary>The finished template.</summary>
    public async Task<Template> EnsureAsync(MigrationSet migrations, CancellationToken cancellationToken)
    {
        var hash = Hash(migrations.Key);
        var name = $"{admin.Server.TemplatePrefix}template_{hash}";
        if (!await IsReadyAsync(name, cancellationToken))
        {
            // Also the mark of a template is written in turn: the sweep of another run takes the same lock.
            await using var turn = await TurnAsync(name, hash, cancellationToken);
            if (!await ExistsAsync(name, cancellationToken))
                await BuildAsync(name, $"{admin.Server.NamePrefix}building_{hash}", migrations, cancellationToken);
            else if (admin.Server.SharesTemplates) await MarkAsync(name, cancellationToken);
        }

        return new(name, await DatabaseProperties.OfAsync(admin, name, cancellationToken));
    }

    /// <summary>
    /// Null when no session is connected to the template; otherwise which are, in words. The server's own autovacuum has no user,
    /// and gives way to a clone.
    /// </summary>
    public static async Task<string?> GuestsAsync(PostgresAdmin admin, string template, CancellationToken cancellationToken)
    {
        var guests = await admin.ReadAsync("asking which sessions are connected to the template", $"""
            SELECT format('process %s (user %s, application ''%s'', from %s, %s)', pid, usename, application_name,
                coalesce(host(client_addr), 'a local socket'), state)
            FROM pg_stat_activity WHERE datname = '{template}' AND usesysid IS NOT NULL
            """, cancellationToken);
        return guests.Count == 0 ? null : string.Join("; ", guests);
    }

    /// <summary>What the lock of a template is known by.</summary>
    internal static long LockOf(string hash) => Convert.ToInt64(hash[..16], 16);

    internal static string Hash(string key) => Digest.Hex(key, 24);

    /// <summary>The process that holds the lock builds; the server passes the lock on when its holder dies.</summary>
    private async Task<NpgsqlConnection> TurnAsync(string name, string hash, CancellationToken cancellationToken)
    {
        var key = LockOf(hash);
        var connection = await admin.ConnectAsync($"the turn to build {name}", admin.Server.HomeDatabase,
            $"-c lock_timeout={(long)options.TemplateTimeout.TotalMilliseconds}", cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({key})",
                connection) { CommandTimeout = (int)options.TemplateTimeout.TotalSeconds + 10 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            var holder = await admin.ReadAsync("asking which session builds the template",
                "SELECT format('process %s on the server, from %s, since %s', a.pid, coalesce(host(client_addr), 'a local socket'), "
                    + "backend_start) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory' AND granted AND "
                    + $"classid = {(uint)(key >> 32)} AND objid = {(uint)key}", cancellationToken);
            throw new LeaseException(
                $"waited {options.TemplateTimeout.TotalSeconds} s for the template {name}, which another process is building "
                    + $"({string.Join("; ", holder)}). Look what its migrations wait for, or end it: SELECT pg_terminate_backend(…)", late);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync(string name, string half, MigrationSet migrations, CancellationToken cancellationToken)
    {
        await DropAsync(half, cancellationToken);
        await admin.CreateEmptyAsync($"creating the template of '{migrations.Title}'", half, cancellationToken);
        try
        {
            await MigrateAsync(half, migrations, cancellationToken);
            // A template cannot be cloned while a session is connected to it; none may connect from here on.
            await admin.ExecuteAsync("closing the template", $"ALTER DATABASE {half} ALLOW_CONNECTIONS false", cancellationToken);
            await admin.ExecuteAsync("closing the template",
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{half}'", cancellationToken);
            if (admin.Server.SharesTemplates) await MarkAsync(half, cancellationToken);
            await admin.ExecuteAsync("finishing the template", $"ALTER DATABASE {half} RENAME TO {name}", cancellationToken);
        }
        catch (PostgresException same) when (same.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // Runs whose connection strings name different databases have locks of their own: another one was first.
            await DropAsync(half, CancellationToken.None);
        }
        catch (Exception failure)
        {
            await DropAsync(half, CancellationToken.None);
            if (failure is MigrationException { Roles: { Count: > 0 } roles }) await DropRolesAsync(roles);
            throw;
        }
    }

    /// <summary>
    /// What failed would fail again at CREATE ROLE, mended or not. Known by their number, these are the roles that the migrations created
    /// and no others; one that another database uses by now cannot be dropped, and stays.
    /// </summary>
    private async Task DropRolesAsync(IReadOnlyList<uint> roles)
    {
        foreach (var role in roles.Reverse())
        {
            var names = await admin.ReadAsync("looking for the role of failed migrations",
                $"SELECT quote_ident(rolname) FROM pg_roles WHERE oid = {role}", CancellationToken.None);
            try
            {
                foreach (var name in names)
                    await admin.ExecuteAsync($"dropping the role {name} of failed migrations", $"DROP ROLE IF EXISTS {name}",
                        CancellationToken.None);
            }
            catch (PostgresException used) when (used.SqlState is PostgresErrorCodes.DependentObjectsStillExist
                or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectInUse)
            {
                // The next build's message shows how to write a script that finds it there.
            }
        }
    }

    private async Task MigrateAsync(string half, MigrationSet migrations, CancellationToken cancellationToken)
    {
        var connectionString = admin.Server.Settings(half).ConnectionString;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await admin.GuardAsync($"the migrations of '{migrations.Title}'", async () =>
            {
                // Also migrations that do not heed their token end here.
                await migrations.ApplyAsync(connectionString, deadline.Token).WaitAsync(options.TemplateTimeout, time, cancellationToken);
                return true;
            }, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new LeaseException($"the migrations of '{migrations.Title}' had not ended after {options.TemplateTimeout.TotalSeconds} "
                + "s: do they wait for a lock, or for input?", late);
        }
        catch (Exception failure) when (failure is not LeaseException && !cancellationToken.IsCancellationRequested)
        {
            throw new MigrationException($"the migrations of '{migrations.Title}' failed on an empty database: {failure.Message}", failure);
        }
        finally
        {
            await deadline.CancelAsync();
            NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
        }
    }

    /// <summary>Whether it is there, and need not be marked as used.</summary>
    private async Task<bool> IsReadyAsync(string name, CancellationToken cancellationToken) => !admin.Server.SharesTemplates
        ? await ExistsAsync(name, cancellationToken)
        : (await admin.ReadAsync($"looking for the template {name}",
            $"SELECT datname FROM pg_database WHERE datname = '{name}' AND {TemplateMark.IsFresh("shobj_description(oid, 'pg_database')")}",
            cancellationToken)).Count > 0;

    private Task MarkAsync(string name, CancellationToken cancellationToken) =>
        admin.ExecuteAsync($"marking {name} as used", TemplateMark.Write(name), cancellationToken);

    private async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) =>
        (await admin.ReadAsync($"looking for the template {name}", $"SELECT datname FROM pg_database WHERE datname = '{name}'",
            cancellationToken)).Count > 0;

    private Task DropAsync(string name, CancellationToken cancellationToken) =>
        admin.ExecuteAsync($"dropping {name}", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", cancellationToken);
}
