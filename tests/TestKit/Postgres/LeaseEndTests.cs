using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>What becomes of a test's database when its test ends: passed, failed, given up.</summary>
[EveryProvider]
public sealed class LeaseEndTests(TestEnvironment environment)
{
    private const string Schema = "CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY, name text)";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Isolation.Clone)]
    [InlineData(Isolation.Reset)]
    public async Task A_lease_lives_until_its_test_ends_though_it_was_disposed(Isolation isolation)
    {
        var scope = NewScope();
        var lease = await environment.Postgres.LeaseAsync(Script(Schema), Of(scope) with { Isolation = isolation }, Stop);
        await lease.DisposeAsync();
        (await lease.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
        await scope.EndAsync(TestEnding.Passed, Stop);
        if (isolation == Isolation.Clone) await GoneAsync(lease.Database);
    }

    [Fact]
    public async Task A_database_goes_from_test_to_test_as_the_migrations_made_it()
    {
        var migrations = Script(Schema);
        var first = await EndedAsync(migrations, TestEnding.Passed,
            async lease => await lease.ExecuteAsync("INSERT INTO things (name) VALUES ('first')"));
        var second = await EndedAsync(migrations, TestEnding.Passed, async lease =>
        {
            (await lease.CountAsync("SELECT count(*) FROM things")).Should().Be(0);
            (await lease.CountAsync("INSERT INTO things (name) VALUES ('second') RETURNING id")).Should().Be(1);
        });
        second.Should().Be(first);
    }

    [Fact]
    public async Task Tests_at_the_same_time_hold_different_ones()
    {
        var migrations = Script(Schema);
        await using var one = await environment.Postgres.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
        await using var two = await environment.Postgres.LeaseAsync(migrations, Unscoped with { Isolation = Isolation.Reset }, Stop);
        two.Database.Should().NotBe(one.Database);
    }

    [Theory]
    [InlineData("ALTER TABLE things ADD note text")]
    [InlineData("INSERT INTO things (name) SELECT repeat('x', 1000) FROM generate_series(1, 6000)")]
    public async Task A_database_that_is_not_worth_setting_back_is_dropped_instead(string change)
    {
        var migrations = Script(Schema);
        var first = await EndedAsync(migrations, TestEnding.Passed, lease => lease.ExecuteAsync(change));
        await GoneAsync(first);
        (await EndedAsync(migrations, TestEnding.Passed, async lease => (await lease.CountAsync("SELECT count(*) FROM things"))
            .Should().Be(0))).Should().NotBe(first);
        (await environment.Postgres.TemplateAsync(migrations)).Resets.Retired.Should().ContainSingle(why => why.StartsWith(first));
    }

    [Fact]
    public async Task A_test_that_left_a_session_at_work_does_not_give_it_to_the_next()
    {
        var migrations = Script(Schema);
        NpgsqlConnection? left = null;
        var first = await EndedAsync(migrations, TestEnding.Passed, async lease =>
        {
            left = await lease.OpenHomeAsync(lease.Database);
            await left.ExecuteAsync("BEGIN; INSERT INTO things (name) VALUES ('late')");
        });
        await GoneAsync(first);
        await left!.DisposeAsync();
    }

    [Theory]
    [InlineData(Isolation.Clone, false)]
    [InlineData(Isolation.Reset, false)]
    [InlineData(Isolation.Reset, true)]
    [InlineData(Isolation.Transaction, true)]
    public async Task The_database_of_a_failed_or_given_up_test_is_never_handed_out_again_and_its_sessions_end(
        Isolation isolation, bool givenUp)
    {
        var migrations = Script(Schema);
        var scope = NewScope();
        var lease = await environment.Postgres.LeaseAsync(migrations, Of(scope) with { Isolation = isolation }, Stop);
        await using var zombie = isolation == Isolation.Transaction ? lease.Connection : await lease.OpenAsync(Stop);
        await scope.EndAsync(new TestEnding(Failed: true, givenUp), Stop);
        var write = () => zombie.ExecuteAsync("INSERT INTO things (name) VALUES ('from the grave')");
        await write.Should().ThrowAsync<Exception>();
        await GoneAsync(lease.Database);
        (await EndedAsync(migrations, TestEnding.Passed, _ => Task.CompletedTask, isolation)).Should().NotBe(lease.Database);
    }

    [Fact]
    public async Task A_run_that_ends_before_its_test_takes_its_leases_along()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var scope = NewScope();
        string[] names;
        await using (var run = server.AnotherRun(new PostgresOptions()))
        {
            var leases = await Task.WhenAll(Enum.GetValues<Isolation>()
                .Select(isolation => run.LeaseAsync(Script(Schema), Of(scope) with { Isolation = isolation }, Stop)));
            names = [.. leases.Select(lease => lease.Database)];
        }

        foreach (var name in names) (await ExistsAsync(server, name)).Should().BeFalse();
        await scope.EndAsync(new TestEnding(Failed: true), Stop);
    }

    [Fact]
    public async Task A_failed_test_s_database_is_kept_on_request_and_the_log_shows_how_to_connect_without_the_password()
    {
        await using var server = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        var log = new StringWriter();
        await using var run = server.AnotherRun(new PostgresOptions { KeepFailed = true }, log);
        var scope = NewScope();
        var lease = await run.LeaseAsync(Script(Schema), Of(scope), Stop);
        await lease.ExecuteAsync("INSERT INTO things (name) VALUES ('evidence')");
        await scope.EndAsync(new TestEnding(Failed: true), Stop);

        (await ExistsAsync(server, lease.Database)).Should().BeFalse("a test that runs on must not find it");
        log.ToString().Should().Contain($"kept the database of '{scope.Name}', which failed")
            .And.Contain(Quarantine.KeptName(lease.Database)).And.Contain("psql -h");
        if (server.Password.Length > 0) log.ToString().Should().NotContain(server.Password);
        var settings = log.ToString().Split("failed: ")[1].Split("   or:")[0];
        await using (var look = new NpgsqlConnection(settings + ";Pooling=false"))
        {
            await look.OpenAsync(Stop);
            (await look.CountAsync("SELECT count(*) FROM things WHERE name = 'evidence'")).Should().Be(1);
        }

        if (server.Password.Length > 0)
        {
            var file = new NpgsqlConnectionStringBuilder(settings).Passfile!;
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Delete(file);
        }

        await server.ExecuteAsync($"DROP DATABASE {Quarantine.KeptName(lease.Database)} WITH (FORCE)");
    }

    private async Task<string> EndedAsync(
        MigrationSet migrations, TestEnding ending, Func<DatabaseLease, Task> test, Isolation isolation = Isolation.Reset)
    {
        var scope = NewScope();
        await using var lease = await environment.Postgres.LeaseAsync(migrations, Of(scope) with { Isolation = isolation }, Stop);
        await test(lease);
        await scope.EndAsync(ending, Stop);
        return lease.Database;
    }

    private async Task GoneAsync(string database)
    {
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        await Eventually.HoldsAsync(async () => !await ExistsAsync(other, database), Deadline, $"the database {database} is dropped");
    }
}
