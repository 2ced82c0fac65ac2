using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.Tests.TestKit.Postgres;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Templates on a server that stays: one per role and key for all runs, and gone when no run asks for them any more.</summary>
public sealed class SharedTemplateTests : IAsyncDisposable
{
    private readonly TestEnvironment _servers = TestEnvironment.With(name => name == "CHAINBRIDGE_PROVIDER" ? "native"
        : name == "CHAINBRIDGE_REUSE" ? null : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null);
    private int _built;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Runs_at_once_and_one_after_the_other_build_a_template_once_by_a_role_that_may_only_create_databases()
    {
        await using var theirs = await _servers.DatabaseAsync();
        await theirs.ExecuteAsync("CREATE ROLE tester LOGIN CREATEDB");
        var migrations = Counted("COMMENT ON DATABASE {0} IS 'the shop'; CREATE TABLE things (id int)");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LeaseAsync(theirs, "tester", migrations)));
        await LeaseAsync(theirs, "tester", migrations);
        _built.Should().Be(1);
        (await TemplatesAsync(theirs)).Should().ContainSingle().Which.Should().MatchRegex("^cbtest_[0-9a-f]{8}_template_[0-9a-f]{24}$");
        await LeaseAsync(theirs, "postgres", migrations);
        _built.Should().Be(2, "another role may not copy what is the first one's");
    }

    [Fact]
    public async Task Templates_that_no_run_has_asked_for_in_a_week_are_dropped_and_named_and_others_are_not_touched()
    {
        await using var theirs = await _servers.DatabaseAsync();
        var (used, old, busy) =
            (Counted("CREATE TABLE used (id int)"), Counted("CREATE TABLE old (id int)"), Counted("CREATE TABLE busy (id int)"));
        foreach (var migrations in new[] { used, old, busy }) await LeaseAsync(theirs, "postgres", migrations);
        await theirs.ExecuteAsync("CREATE DATABASE cbtest_01234567_template_of_somebody");
        await theirs.ExecuteAsync(
            "COMMENT ON DATABASE cbtest_01234567_template_of_somebody IS 'ChainBridge.TestKit template, last used 2001-01-01T00:00:00Z'");
        await MarkAsync(theirs, used, "2 hours");
        await MarkAsync(theirs, old, "8 days");
        await MarkAsync(theirs, busy, "8 days");
        // A run that is about to ask for it has its lock.
        await using var asking = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(theirs.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await asking.OpenAsync(Stop);
        await asking.ExecuteAsync($"SELECT pg_advisory_lock({TemplateBuilder.LockOf(TemplateBuilder.Hash(busy.Key))})");

        var log = new StringWriter();
        await LeaseAsync(theirs, "postgres", used, log);
        log.ToString().Should().Contain("templates that no run has asked for in 7 days: ").And.Contain(TemplateBuilder.Hash(old.Key))
            .And.NotContain(TemplateBuilder.Hash(busy.Key)).And.NotContain("another process");
        (await TemplatesAsync(theirs))
            .Should().HaveCount(3).And.NotContain(name => name.EndsWith(TemplateBuilder.Hash(old.Key), StringComparison.Ordinal));
        await using var connection = await theirs.OpenAsync(Stop);
        (await connection.AskAsync($"SELECT {TemplateMark.IsFresh("shobj_description(oid, 'pg_database')")} FROM pg_database WHERE datname "
            + $"LIKE '%{TemplateBuilder.Hash(used.Key)}'")).Should().Be(true, "its use is written down");
        _built.Should().Be(3);
    }

    private MigrationSet Counted(string sql) => new($"{sql} {Guid.NewGuid()}", async (connectionString, _) =>
    {
        Interlocked.Increment(ref _built);
        await Databases.ExecuteAsync(connectionString,
            sql.Replace("{0}", new NpgsqlConnectionStringBuilder(connectionString).Database, StringComparison.Ordinal));
    });

    /// <summary>One run, from its beginning to its end.</summary>
    private static async Task LeaseAsync(DatabaseLease server, string role, MigrationSet migrations, TextWriter? log = null)
    {
        await using var run = TestEnvironment.With(name => name switch
        {
            "CHAINBRIDGE_PROVIDER" => "external",
            "CHAINBRIDGE_POSTGRES" => $"Host=127.0.0.1;Port={server.Port};Username={role};Database=postgres",
            "CHAINBRIDGE_REDIS" => "127.0.0.1",
            _ => null,
        }, TimeProvider.System, log ?? TextWriter.Null);
        await using var lease = await run.DatabaseAsync(migrations);
        await using var connection = await lease.OpenAsync(Stop);
        var comment =
            await connection.AskAsync("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()");
        comment.Should().Be(migrations.Key.Contains("the shop", StringComparison.Ordinal) ? (object)"the shop" : DBNull.Value);
    }

    private static async Task MarkAsync(DatabaseLease server, MigrationSet migrations, string age)
    {
        var template =
            (await TemplatesAsync(server)).Single(name => name.EndsWith(TemplateBuilder.Hash(migrations.Key), StringComparison.Ordinal));
        await server.ExecuteAsync($"DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE {template} IS %L', 'ChainBridge.TestKit template, "
            + $"last used ' || to_char((now() - interval '{age}') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')); END $$");
    }

    private static async Task<List<string>> TemplatesAsync(DatabaseLease server)
    {
        await using var connection = await server.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database WHERE datname LIKE 'cbtest%template%'", connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var names = new List<string>();
        while (await reader.ReadAsync(Stop)) names.Add(reader.GetString(0));
        return names;
    }
}
