using ChainBridge.Samples.ChainIQ;
using ChainBridge.Samples.ChainPay;
using ChainBridge.Samples.ServiceDefaults;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.Integration.Database;

[Database]
public sealed class MigrationTests(TestEnvironment environment)
{
    private const string Journal = "schema_versions";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => ["chainiq", "chainpay"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Every_step_goes_up_down_and_up_again_to_an_identical_schema(string service)
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        var migrations = service == "chainiq" ? ChainIQApp.Migrations : ChainPayApp.Migrations;

        await database.Should().MigrateUpDownUpAsync(Steps.Of(migrations), Stop, ignoreTables: [Journal]);

        await database.Should().MatchSchemaFileAsync($"{service}.schema.txt", Stop, ignoreTables: [Journal]);
        (await new MigrationRunner(database.ConnectionString, migrations).StatusAsync(Stop))
            .Should().Be(new MigrationStatus(migrations.Count, migrations.Count, Reversible: true));
    }

    [Fact]
    public async Task Two_runners_that_migrate_at_once_apply_every_step_once()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(_ => Task.Run(() => new MigrationRunner(database.ConnectionString, ChainPayApp.Migrations).UpAsync(Stop), Stop)));
        await using var connection = await database.OpenAsync(Stop);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM schema_versions", connection);
        (await count.ExecuteScalarAsync(Stop)).Should().Be((long)ChainPayApp.Migrations.Count);
    }

    [Fact]
    public async Task A_step_without_a_way_down_undoes_nothing_and_says_which()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        Migration[] steps = [new(1, "0001_one", "CREATE TABLE one (id int)", "DROP TABLE one"),
            new(2, "0002_two", "CREATE TABLE two (id int)", null), new(3, "0003_three", "CREATE TABLE three (id int)", "DROP TABLE three")];
        var runner = new MigrationRunner(database.ConnectionString, steps);
        (await runner.StatusAsync(Stop)).Reversible.Should().BeFalse();
        await runner.UpAsync(Stop);
        var before = await SchemaSnapshot.OfAsync(database, Stop);

        var down = () => runner.DownAsync(0, Stop);

        (await down.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*0002_two has no down script*");
        await database.Should().HaveSchemaAsync(before, Stop);
    }

    [Fact]
    public async Task A_step_that_fails_is_named_with_what_PostgreSQL_said()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        var up = () => new MigrationRunner(database.ConnectionString, [new(1, "0001_wrong", "CREATE TABLE broken (id no_such_type)", null)])
            .UpAsync(Stop);
        (await up.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*0001_wrong*no_such_type*");
    }

    [Fact]
    public async Task The_database_itself_refuses_what_no_payment_may_be()
    {
        await using var database = await environment.Postgres.LeaseAsync(Stack.Of("chainpay", ChainPayApp.Migrations), Stop);
        await using var connection = await database.OpenAsync(Stop);
        foreach (var (amount, status) in new[] { ("-1", "approved"), ("0", "approved"), ("1", "lost") })
        {
            await using var insert = new NpgsqlCommand($"INSERT INTO payment_intents VALUES (gen_random_uuid(), '{{}}', {amount}, 'EUR', "
                + $"'{status}', 0, 'low', false, now(), now())", connection);
            var refused = () => insert.ExecuteNonQueryAsync(Stop);
            (await refused.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.CheckViolation);
        }
    }
}
