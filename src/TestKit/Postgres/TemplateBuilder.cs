using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// The template of a migration set, built once per server however many processes ask at once. It is made under another
/// name and gets its own only when it is whole: what has the name is complete, and what a dead builder left is made anew.
/// </summary>
internal sealed class TemplateBuilder(PostgresAdmin admin, PostgresOptions options, TimeProvider time)
{
    /// <summary>The name of the finished template.</summary>
    public async Task<string> EnsureAsync(MigrationSet migrations, CancellationToken cancellationToken)
    {
        var hash = Hash(migrations.Key);
        var name = $"{admin.Server.TemplatePrefix}template_{hash}";
        if (await ExistsAsync(name, cancellationToken)) return name;

        await using var turn = await TurnAsync(name, hash, cancellationToken);
        if (!await ExistsAsync(name, cancellationToken)) await BuildAsync(name, $"{admin.Server.TemplatePrefix}building_{hash}", migrations, cancellationToken);
        return name;
    }

    /// <summary>Null when nobody is connected to the template; otherwise who is, in words.</summary>
    public static async Task<string?> GuestsAsync(PostgresAdmin admin, string template, CancellationToken cancellationToken)
    {
        var guests = await admin.ReadAsync("asking who is connected to the template", $"""
            SELECT format('process %s (user %s, application ''%s'', from %s, %s)', pid, usename, application_name, coalesce(host(client_addr), 'a local socket'), state)
            FROM pg_stat_activity WHERE datname = '{template}'
            """, cancellationToken);
        return guests.Count == 0 ? null : string.Join("; ", guests);
    }

    internal static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24];

    /// <summary>Whoever has the lock builds; the server gives it on when its holder dies.</summary>
    private async Task<NpgsqlConnection> TurnAsync(string name, string hash, CancellationToken cancellationToken)
    {
        var key = Convert.ToInt64(hash[..16], 16);
        var connection = await admin.ConnectAsync($"the turn to build {name}", admin.Server.HomeDatabase, $"-c lock_timeout={(long)options.TemplateTimeout.TotalMilliseconds}", cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({key})", connection) { CommandTimeout = (int)options.TemplateTimeout.TotalSeconds + 10 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            var holder = await admin.ReadAsync("asking who builds the template", $"SELECT format('process %s on the server, from %s, since %s', a.pid, coalesce(host(client_addr), 'a local socket'), backend_start) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory' AND granted AND classid = {(uint)(key >> 32)} AND objid = {(uint)key}", cancellationToken);
            throw new LeaseException($"waited {options.TemplateTimeout.TotalSeconds} s for the template {name}, which somebody else is building ({string.Join("; ", holder)}). Look what its migrations wait for, or end it: SELECT pg_terminate_backend(…)", late);
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
            // A template that somebody is connected to cannot be cloned; nobody may connect from here on.
            await admin.ExecuteAsync("closing the template", $"ALTER DATABASE {half} ALLOW_CONNECTIONS false", cancellationToken);
            await admin.ExecuteAsync("closing the template", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{half}'", cancellationToken);
            await admin.ExecuteAsync("finishing the template", $"ALTER DATABASE {half} RENAME TO {name}", cancellationToken);
        }
        catch
        {
            await DropAsync(half, CancellationToken.None);
            throw;
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
            throw new LeaseException($"the migrations of '{migrations.Title}' had not ended after {options.TemplateTimeout.TotalSeconds} s: do they wait for a lock, or for input?", late);
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

    private async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) =>
        (await admin.ReadAsync($"looking for the template {name}", $"SELECT datname FROM pg_database WHERE datname = '{name}'", cancellationToken)).Count > 0;

    private Task DropAsync(string name, CancellationToken cancellationToken) => admin.ExecuteAsync($"dropping {name}", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", cancellationToken);
}
