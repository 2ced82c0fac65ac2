using ChainBridge.Tests.TestKit.Infrastructure;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Postgres.Databases;

namespace ChainBridge.Tests.TestKit.Postgres;

/// <summary>Migrations as scripts: a failure is reported with its number, name, line and PostgreSQL's own message.</summary>
public sealed class MigrationSetTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_names_number_script_line_and_the_error_of_PostgreSQL()
    {
        var migrations = MigrationSet.FromScripts(
            new("001_things", "CREATE TABLE things (id int PRIMARY KEY);"),
            new("002_broken",
                "-- adds a column;\nALTER TABLE things ADD name text;\n\nCREATE TABLE more (\n    id int,\n    kind no_such_type\n);\n"));
        var lease = () => environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        var failure = (await lease.Should().ThrowAsync<MigrationException>()).Which;
        failure.Message.Should().Contain("migration 2 '002_broken' failed in line 6: 42704: type \"no_such_type\" does not exist")
            .And.Contain("6 | kind no_such_type");
        (failure.Number, failure.Name, failure.Line).Should().Be((2, "002_broken", 6));
    }

    [Fact]
    public async Task A_failure_has_the_frames_of_the_test_that_asked_and_no_others()
    {
        var migrations = MigrationSet.FromScripts(new("001_broken", "CREATE TABLE things (kind no_such_type)"));
        foreach (var time in new[] { "first", "second" })
        {
            var failure = (await FluentActions.Awaiting(() => AskForAsync(migrations)).Should().ThrowAsync<MigrationException>()).Which;
            var frames = failure.StackTrace!.Split('\n');
            frames[0].Should().Contain(nameof(AskForAsync))
                .And.Contain("MigrationSetTests.cs:line ", $"the {time} test that asks is shown its own line");
            frames.Should().OnlyContain(frame => frame.Contains("ChainBridge.Tests.", StringComparison.Ordinal)
                || frame.Contains("FluentAssertions", StringComparison.Ordinal) || frame.Contains("Xunit.", StringComparison.Ordinal));
            failure.InnerException!.StackTrace.Should().BeNull();
            failure.InnerException.Should().BeOfType<Npgsql.PostgresException>().Which.SqlState.Should().Be("42704");
            failure.Cause.StackTrace.Should().Contain("Npgsql.");
        }
    }

    [Fact]
    public async Task A_failure_of_a_tool_of_one_s_own_has_the_frames_of_its_code()
    {
        var migrations = new MigrationSet($"own {Guid.NewGuid()}", MigrateAsync);
        var failure = (await FluentActions.Awaiting(() => AskForAsync(migrations)).Should().ThrowAsync<MigrationException>()).Which;
        failure.Message.Should().Contain("its journal is of another version");
        failure.StackTrace.Should().Contain(nameof(MigrateAsync)).And.Contain(nameof(AskForAsync)).And.NotContain("at ChainBridge.TestKit.")
            .And.NotContain("at System.");
        failure.InnerException.Should().BeNull("a report shows the frames of every inner exception");
    }

    [Fact]
    public async Task A_failure_without_a_position_names_the_line_its_statement_begins_in()
    {
        var migrations = MigrationSet.FromScripts(new MigrationScript("001",
            "CREATE TABLE things (id int PRIMARY KEY);\nINSERT INTO things VALUES (1);\n\nINSERT INTO things VALUES (1);"));
        var lease = () => environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        (await lease.Should().ThrowAsync<MigrationException>()).WithMessage("*line 4: 23505*Key (id)=(1) already exists*4 | INSERT*");
    }

    [Fact]
    public async Task Failing_migrations_leave_no_half_template()
    {
        var migrations = Script("CREATE TABLE things (id int); SELECT 1/0;");
        var lease = () => environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
        await lease.Should().ThrowAsync<MigrationException>();
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Unscoped, Stop);
        (await other.CountAsync($"SELECT count(*) FROM pg_database WHERE datname LIKE '%{TemplateBuilder.Hash(migrations.Key)}'"))
            .Should().Be(0);
    }

    [Fact]
    public async Task Semicolons_in_bodies_quotes_and_comments_end_no_statement()
    {
        const string script = """
            CREATE TABLE notes (text text DEFAULT 'a;b'); -- not; here
            /* nor /* ; */ here; */
            CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql
                AS $body$ BEGIN NEW.text := 'x;' || NEW.text; RETURN NEW; END; $body$;
            CREATE TRIGGER up BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION count_up();
            INSERT INTO notes VALUES (E'it\'s;'), ('$no$ ; tag $no$'), (':name @at ?');
            DO $$ BEGIN PERFORM 1; END $$;
            """;
        SqlStatements.Of(script).Should().HaveCount(5);
        await using var lease = await environment.Postgres.LeaseAsync(Script(script), Unscoped, Stop);
        (await lease.CountAsync("SELECT count(*) FROM notes WHERE text LIKE 'x;%'")).Should().Be(3);
        SqlStatements.Of("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; "
            + "SELECT 3;;").Select(statement => statement.Text[..6]).Should().Equal("CREATE", "SELECT");
    }

    [Fact]
    public async Task A_folder_is_read_in_the_order_of_its_numbers()
    {
        var folder = Directory.CreateTempSubdirectory("cb-migrations-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "V10__rows.sql"), "INSERT INTO things VALUES (1)", Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "V2__things.sql"), "CREATE TABLE things (id int)", Stop);
        await using var lease = await environment.Postgres.LeaseAsync(MigrationSet.FromFolder(folder), Unscoped, Stop);
        (await lease.CountAsync("SELECT count(*) FROM things")).Should().Be(1);
        Directory.Delete(folder, recursive: true);
        var missing = () => MigrationSet.FromFolder(folder);
        missing.Should().Throw<ArgumentException>().WithMessage($"there is no folder {folder}*CopyToOutputDirectory*");
    }

    private async Task AskForAsync(MigrationSet migrations)
    {
        await using var lease = await environment.Postgres.LeaseAsync(migrations, Unscoped, Stop);
    }

    private static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await Task.Yield();
        throw new NotSupportedException("its journal is of another version");
    }
}
