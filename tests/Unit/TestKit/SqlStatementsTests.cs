using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

/// <summary>What of a script is sent to the server, piece by piece.</summary>
public sealed class SqlStatementsTests
{
    [Fact]
    public void Rows_after_COPY_FROM_stdin_belong_to_it_and_are_no_SQL()
    {
        const string script = "COPY things (a, b) FROM stdin;\n1\tit's; not over\n2\t\\\\restrict\n\\.\nSELECT 1;\n"
            + "copy more from STDIN WITH (FORMAT csv);\r\n1,\"--\"\r\n\\.\r\nSELECT 2;";
        var statements = SqlStatements.Of(script).ToList();
        statements.Select(statement => statement.Text)
            .Should().Equal("COPY things (a, b) FROM stdin", "SELECT 1", "copy more from STDIN WITH (FORMAT csv)", "SELECT 2");
        statements[0].Rows!.Value.Text.Should().Be("1\tit's; not over\n2\t\\\\restrict\n");
        statements[2].Rows!.Value.Text.Should().Be("1,\"--\"\r\n");
        statements[1].Rows.Should().BeNull();
        SqlStatements.Of("COPY t FROM stdin;\n1\n2").Single().Rows!.Value.Text.Should().Be("1\n2");
        SqlStatements.Of("COPY (SELECT 'FROM STDIN') TO '/tmp/x'; SELECT 1")
            .Should().HaveCount(2).And.OnlyContain(statement => statement.Rows == null);
    }

    [Fact]
    public void Orders_to_psql_are_distinguished_from_backslashes_in_quotes()
    {
        const string script = "\\restrict abc\nSELECT 'a\\b', $$\\d$$; -- \\x\n  \\connect shop\nSELECT 1 \\gexec\n";
        SqlStatements.Of(script).Where(statement => statement.IsPsql).Select(statement => (statement.Text, statement.Within))
            .Should().Equal(("\\restrict abc", false), ("\\connect shop", false), ("\\gexec", true));
    }

    [Theory]
    [InlineData("\\restrict 0aZ", null)]
    [InlineData("\\unrestrict 0aZ", null)]
    [InlineData("\\set ON_ERROR_STOP on", null)]
    [InlineData("\\echo 'done'", null)]
    [InlineData("\\set schema app", "*\\set is an order to psql*write the value itself*")]
    [InlineData("\\connect shop", "*\\connect is an order to psql*without --create*")]
    [InlineData("\\copy things from 'things.csv'", "*\\copy is an order to psql*COPY … FROM stdin*")]
    [InlineData("\\ir other.sql", "*\\ir is an order to psql*a script of the set*")]
    [InlineData("\\! rm -rf things", "*\\! is an order to psql*as SQL*")]
    public void Orders_to_psql_are_passed_over_or_refused_with_what_to_write_instead(string order, string? refusal) =>
        (PsqlOrders.Refusal(SqlStatements.Of(order + "\n").Single()) ?? "passed over").Should().Match(refusal ?? "passed over");

    [Theory]
    [InlineData("-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n", "CREATE TABLE a (id int)")]
    [InlineData(
        "-- a comment\n-- +goose up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; "
            + "END $$;\n-- +goose StatementEnd\n-- +goose down\nDROP FUNCTION f;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$")]
    [InlineData("-- +goose Down\nDROP TABLE a;\n-- +goose Up\nCREATE TABLE a (id int);\n", "CREATE TABLE a (id int)")]
    [InlineData("-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;", "SELECT 1")]
    [InlineData("-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;", "SELECT 1")]
    [InlineData("-- Up Migration\nSELECT 1;\r\n-- Down Migration\r\nSELECT 2;", "SELECT 1")]
    [InlineData("-- // a table\nSELECT 1;\n-- //@UNDO\nSELECT 2;", "SELECT 1")]
    [InlineData("-- the up migration of next year\nSELECT 1;\n-- no down migration is known\nSELECT 2;", "SELECT 1|SELECT 2")]
    [InlineData("-- +goose Up\nSELECT 1;", "SELECT 1")]
    public void Only_the_way_up_of_a_marked_script_is_run_and_its_lines_keep_their_numbers(string script, string run)
    {
        var up = MigrationSections.Up(script);
        SqlStatements.Of(up).Select(statement => statement.Text).Should().Equal(run.Split('|'));
        up.Split('\n').Should().HaveCount(script.Split('\n').Length);
        var first = run.Split('|')[0];
        up.IndexOf(first, StringComparison.Ordinal).Should().Be(script.IndexOf(first, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SELECT 1;\n-- +goose Down\nDROP TABLE a;", "line 2:*'-- +goose Down' of goose and no '-- +goose Up'*")]
    [InlineData("-- x\nSELECT 1;\n-- migrate:up\nSELECT 2;", "line 2: a statement stands before '-- migrate:up'*")]
    public void Marks_that_leave_a_statement_without_a_way_are_refused(string script, string message) =>
        FluentActions.Invoking(() => MigrationSections.Up(script)).Should().Throw<FormatException>().WithMessage(message);
}
