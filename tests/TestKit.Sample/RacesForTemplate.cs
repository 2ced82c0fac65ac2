using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// Leases a database of the server <c>RACE_SERVER</c>; says in <c>RACE_FOLDER</c> whether it built the template, which takes
/// <c>RACE_SECONDS</c>, and that it was there for it.
/// </summary>
[Isolation(Isolation.Clone)]
public sealed class RacesForTemplate
{
    [Fact]
    public async Task Leases_one_database()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Environment.GetEnvironmentVariable("RACE_FOLDER")
            ?? throw new InvalidOperationException("RACE_FOLDER names no folder to write to");
        var found = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("RACE_SERVER"));
        var prefix = Environment.GetEnvironmentVariable("RACE_PREFIX") ?? "";
        await using var leases = new PostgresLeases(() => Task.FromResult(new PostgresServer(found.Host!, found.Port, found.Username!,
            found.Password ?? "", new NotOurs())
        {
            NamePrefix = prefix,
            TemplatePrefix = prefix,
            HomeDatabase = found.Database!
        }), new PostgresOptions(), _ => null, TimeProvider.System, TextWriter.Null);
        var migrations = new MigrationSet($"race in {folder}", async (connectionString, token) =>
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"built-{Environment.ProcessId}"), "", token);
            await using var source = NpgsqlDataSource.Create(connectionString);
            // Long enough that the others come while it is being built.
            await using var command = source.CreateCommand(
                $"CREATE TABLE things (id int); SELECT pg_sleep({Environment.GetEnvironmentVariable("RACE_SECONDS") ?? "1"})");
            await command.ExecuteNonQueryAsync(token);
        });
        await using var lease = await leases.LeaseAsync(migrations, stop);
        await using var connection = await lease.OpenAsync(stop);
        await using var look = new NpgsqlCommand("SELECT count(*) FROM things", connection);
        await look.ExecuteScalarAsync(stop);
        await File.WriteAllTextAsync(Path.Combine(folder, $"leased-{Environment.ProcessId}"), "", stop);
    }

    private sealed class NotOurs : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
