using ChainBridge.TestKit;
using ChainBridge.TestKit.Postgres;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

/// <summary>A folder of migrations is run in the order of the tool that its names belong to, and only its way up.</summary>
public sealed class MigrationOrderTests
{
    [Theory]
    [InlineData("Flyway: refinements after their version, repeatables last",
        "V1__orders.sql V1.1__order_item.sql V1_2__order_total.sql V2__customers.sql V10__index.sql R__order_totals.sql")]
    [InlineData("Flyway: repeatables by description", "V1__a.sql V1_0_1__b.sql V1.1.0__c.sql R__a_b.sql R__a1.sql R__views.sql")]
    [InlineData("Flyway: a timestamp that no 64 bits hold", "V2.0__b.sql V20240101120000.0001__c.sql V99999999999999999999__d.sql")]
    [InlineData("Flyway: callbacks around all", "beforeMigrate.sql V1__a.sql R__a.sql afterMigrate.sql afterMigrate__grants.sql")]
    [InlineData("golang-migrate", "000001_orders.up.sql 000002_note.up.sql 000010_more.up.sql")]
    [InlineData("postgrator", "1.do.orders.sql 2.do.sql 10.do.note.sql")]
    [InlineData("plain numbers", "001_orders.sql 2_note.sql 10_more.sql")]
    [InlineData("plain versions", "1_orders.sql 1.1_note.sql 1.2_more.sql 1.10_even_more.sql 2_last.sql")]
    [InlineData("plain versions without a name", "1.sql 1.1.sql 2.sql")]
    [InlineData("V and one underscore", "V1_orders.sql V2_note.sql V10_more.sql")]
    [InlineData("timestamps", "20240101120000_orders.sql 20240102090000_scale_up.sql 20240103090000_shut_down.sql")]
    [InlineData("words and numbers as before", "001_2_tables.sql 001_orders.sql base.sql step2.sql step10.sql")]
    public void Files_are_run_in_the_order_of_their_tool(string tool, string names)
    {
        var expected = names.Split(' ');
        // Whatever the file system answers.
        MigrationOrder.Of([.. expected.Reverse()]).Should().Equal(expected, tool);
        MigrationOrder.Of([.. expected.Order(StringComparer.Ordinal)]).Should().Equal(expected, tool);
    }

    [Theory]
    [InlineData("000001_orders.down.sql 000001_orders.up.sql 000002_note.down.sql 000002_note.up.sql",
        "000001_orders.up.sql 000002_note.up.sql")]
    [InlineData("20240101_users.tx.down.sql 20240101_users.tx.up.sql", "20240101_users.tx.up.sql")]
    [InlineData("down.sql up.sql", "up.sql")]
    [InlineData("20111219-name-down.sql 20111219-name-up.sql", "20111219-name-up.sql")]
    [InlineData("1.do.orders.sql 1.undo.orders.sql", "1.do.orders.sql")]
    [InlineData("U1__orders.sql V1__orders.sql", "V1__orders.sql")]
    [InlineData("B2__base.sql B3__base.sql V1__a.sql V3.0__c.sql V3.1__d.sql R__v.sql", "B3__base.sql V3.1__d.sql R__v.sql")]
    public void The_way_back_and_what_a_baseline_holds_already_are_left_out(string names, string run) =>
        MigrationOrder.Of(names.Split(' ')).Should().Equal(run.Split(' '));

    [Theory]
    [InlineData("V1__orders.sql seed.sql", "seed.sql has no name of Flyway's*V1__orders.sql has*")]
    [InlineData("V1__orders.sql V2_note.sql", "V2_note.sql has no name of Flyway's*")]
    [InlineData("V1__orders.sql V1.0__note.sql", "V1.0__note.sql and V1__orders.sql have the same version*")]
    [InlineData("V1__orders.sql afterEachMigrate.sql", "afterEachMigrate.sql is a callback of Flyway*")]
    [InlineData("000001_orders.up.sql 000002_note.sql", "000002_note.sql has no direction in its name, though 000001_orders.up.sql does*")]
    [InlineData("000001_orders.up.sql 1_note.up.sql", "000001_orders.up.sql and 1_note.up.sql have the same version*")]
    [InlineData("001_orders.sql 001_orders.down.sql", "001_orders.down.sql is named like the way back*")]
    [InlineData("0001.orders.sql 0001.orders.rollback.sql", "0001.orders.rollback.sql is named like the way back*")]
    public void Names_that_are_no_one_tool_s_are_refused_by_name(string names, string message)
    {
        var order = () => MigrationOrder.Of(names.Split(' '));
        order.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void A_folder_tells_what_it_cannot_read_by_name()
    {
        var folder = Directory.CreateTempSubdirectory("cb-migrations-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "001_latin.sql"), "INSERT INTO names VALUES ('\u00e9')"u8.ToArray()
                .Where(value => value != 0xc3).ToArray());
            Refused("*001_latin.sql is not in UTF-8*");
            File.WriteAllText(Path.Combine(folder, "001_latin.sql"), "PGDMP\u0001");
            Refused("*001_latin.sql is an archive of pg_dump*pg_restore*");
            File.Delete(Path.Combine(folder, "001_latin.sql"));
            Directory.CreateDirectory(Path.Combine(folder, "20240101_init"));
            File.WriteAllText(Path.Combine(folder, "20240101_init", "migration.sql"), "SELECT 1");
            Refused("*has no *.sql file; files in folders below it are not read "
                + $"({Path.Combine("20240101_init", "migration.sql")})*FromScripts*");
            File.WriteAllText(Path.Combine(folder, "1_marked.sql"), "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;");
            File.WriteAllText(Path.Combine(folder, "2_plain.sql"), "SELECT 1;");
            Refused("*2_plain.sql has no '-- +goose Up', though 1_marked.sql is marked for goose*");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Refused(string message) =>
            FluentActions.Invoking(() => MigrationSet.FromFolder(folder)).Should().Throw<ArgumentException>().WithMessage(message);
    }
}
