using ChainBridge.LocalServers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>
/// The empty database that a local server has from its start: the first lease gets it, and no later one needs it.
/// </summary>
public sealed class SpareDatabaseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_empty_database_is_the_spare_one_and_later_ones_are_created()
    {
        await using var local = await LocalPostgres.StartAsync(TimeProvider.System, Stop);
        var server = new PostgresServer(local.Host, local.Port, local.Username, "", local) { SpareDatabase = LocalPostgres.SpareDatabase };
        (await NamesAsync(server)).Should().Contain(LocalPostgres.SpareDatabase);
        await using (var first = Leases(server))
        await using (var second = Leases(server))
        {
            var leases = await Task.WhenAll(first.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop),
                second.LeaseAsync(MigrationSet.Empty, Databases.Unscoped, Stop));
            leases.Select(lease => lease.Database).Should().OnlyHaveUniqueItems();
            (await NamesAsync(server)).Should().NotContain(LocalPostgres.SpareDatabase).And.Contain(leases.Select(lease => lease.Database));
            foreach (var lease in leases) await lease.DisposeAsync();
        }

        (await NamesAsync(server)).Should().BeEquivalentTo("postgres", "template0", "template1");
    }

    private static PostgresLeases Leases(PostgresServer server) =>
        new(() => Task.FromResult(server), new PostgresOptions(), _ => null, TimeProvider.System, TextWriter.Null);

    private static async Task<List<string>> NamesAsync(PostgresServer server)
    {
        await using var connection = new NpgsqlConnection(server.Settings("postgres").ConnectionString);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database", connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var names = new List<string>();
        while (await reader.ReadAsync(Stop)) names.Add(reader.GetString(0));
        return names;
    }
}
