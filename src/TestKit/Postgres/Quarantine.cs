using Npgsql;
using Xunit;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// Quarantines a failed test's database: no other test gets it, connected sessions are ended, and it is dropped, or kept on request.
/// </summary>
internal sealed class Quarantine(PostgresAdmin admin, Dropper dropper, TextWriter log)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _passwordFile = Path.Combine(Path.GetTempPath(), $"chainbridge-{Guid.NewGuid():N}.pgpass");

    /// <summary>
    /// What a kept database is called from then on: a test that runs on finds it no more under its old name, and no
    /// sweep takes it for the run's.
    /// </summary>
    public static string KeptName(string database) => $"kept_{database[(database.LastIndexOf("test_", StringComparison.Ordinal) + 5)..]}";

    /// <summary>Ends the sessions now; drops the database in the background unless it is to be kept.</summary>
    public async Task TakeAsync(string database, bool keep, TestScope? scope, TestEnding ending, CancellationToken cancellationToken)
    {
        await admin.ExecuteAsync($"closing {database}", $"ALTER DATABASE {database} ALLOW_CONNECTIONS false", cancellationToken);
        await admin.ExecuteAsync($"ending the sessions of {database}",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'", cancellationToken);
        if (!keep)
        {
            await dropper.SoonAsync(database, cancellationToken);
            return;
        }

        var kept = KeptName(database);
        await admin.ExecuteAsync($"keeping {database}", $"ALTER DATABASE {database} RENAME TO {kept}", cancellationToken);
        await admin.ExecuteAsync($"opening {kept}", $"ALTER DATABASE {kept} ALLOW_CONNECTIONS true", cancellationToken);
        await LogAsync($"ChainBridge.TestKit: kept the database of {(scope is null ? "a test" : $"'{scope.Name}'")}, "
            + $"which {(ending.GivenUp ? "was given up" : "failed")}: {await HowToConnectAsync(kept, cancellationToken)}");
    }

    /// <summary>
    /// A command and a connection string, both without the password; that is in a file which only we can read, and which stays with
    /// the database that was kept.
    /// </summary>
    public async Task<string> HowToConnectAsync(string database, CancellationToken cancellationToken)
    {
        var server = admin.Server;
        var settings =
            new NpgsqlConnectionStringBuilder { Host = server.Host, Port = server.Port, Username = server.Username, Database = database };
        var (file, command) = ("", $"psql -h {server.Host} -p {server.Port} -U {server.Username} {database}");
        if (server.Password.Length > 0)
        {
            await WritePasswordAsync(cancellationToken);
            (file, command) = ($";Passfile={_passwordFile}", $"PGPASSFILE={_passwordFile} {command}");
        }

        return $"{settings.ConnectionString}{file}   or: {command}   (it lives as long as its server: CHAINBRIDGE_REUSE=1 keeps that up "
            + "after the run)";
    }

    private async Task WritePasswordAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_passwordFile)) return;
        var server = admin.Server;
        await using var file = new FileStream(_passwordFile, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = OwnerOnly
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(
            $"{Escaped(server.Host)}:{server.Port}:*:{Escaped(server.Username)}:{Escaped(server.Password)}\n".AsMemory(),
            cancellationToken);
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private async Task LogAsync(string line)
    {
        await log.WriteLineAsync(line);
        try
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
        catch (InvalidOperationException)
        {
            // The test's output is closed already.
        }
    }
}
