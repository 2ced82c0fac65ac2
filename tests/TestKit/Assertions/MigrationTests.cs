using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Xunit;
using static ChainBridge.Tests.TestKit.Assertions.Databases;

namespace ChainBridge.Tests.TestKit.Assertions;

public sealed class MigrationTests(TestEnvironment environment)
{
    private static readonly MigrationStep First = MigrationStep.Scripts(1, "0001_orders", "CREATE TABLE orders (id int PRIMARY KEY)",
        "DROP TABLE orders");
    private static readonly MigrationStep Second = MigrationStep.Scripts(2, "0002_total",
        "ALTER TABLE orders ADD total int;\nCREATE INDEX by_total ON orders (total)", "ALTER TABLE orders DROP total");

    [Fact]
    public async Task Steps_that_undo_what_they_did_pass_and_are_all_applied_afterwards()
    {
        await using var database = await environment.WithAsync("CREATE TABLE before (id int)");
        await database.Should().MigrateUpDownUpAsync([Second, First], Stop);
        await using var expected = await environment.WithAsync(
            "CREATE TABLE before (id int); CREATE TABLE orders (id int PRIMARY KEY, total int); CREATE INDEX by_total ON orders (total)");
        await database.Should().HaveSchemaOfAsync(expected, Stop);
    }

    [Fact]
    public async Task A_step_that_leaves_something_behind_is_named_with_what_it_left()
    {
        await using var database = await environment.WithAsync();
        var leaves = MigrationStep.Scripts(3, "0003_types", "CREATE TYPE state AS ENUM ('open'); ALTER TABLE orders ADD state state",
            "ALTER TABLE orders DROP state");
        (await FailureAsync(() => database.Should().MigrateUpDownUpAsync([First, Second, leaves], Stop))).Should().Be(
            "Expected every migration of the database to go up, down and up again to an identical schema, "
            + """
            but 0003_types down does not restore what was before it:
            + type public.state: enum 'open'
            """);
    }

    [Theory]
    [InlineData("DROP TABLE no_such", "0002_total down failed: line 1: 42P01: table \"no_such\" does not exist")]
    [InlineData("SELECT 1;\n\nALTER TABLE orders\n  DROP nothing_there;",
        "0002_total down failed: line 3: 42703: column \"nothing_there\"*")]
    [InlineData("DROP INDEX by_total; ALTER TABLE orders RENAME total TO amount",
        "0002_total down does not restore*+ column public.orders.amount: integer")]
    public async Task A_way_down_that_fails_or_does_something_else_is_reported(string down, string expected)
    {
        await using var database = await environment.WithAsync();
        var wrong = Second with { DownAsync = MigrationStep.Scripts(2, "0002_total", "", down).DownAsync };
        (await FailureAsync(() => database.Should().MigrateUpDownUpAsync([First, wrong], Stop))).Should().Match("*, but " + expected);
    }

    [Fact]
    public async Task A_step_that_fails_is_reported_with_its_line()
    {
        await using var database = await environment.WithAsync();
        var wrong = MigrationStep.Scripts(2, "0002_wrong",
            "ALTER TABLE orders ADD a int;\n-- then\nALTER TABLE orders\n  ADD b no_such_type;", "SELECT 1");
        (await FailureAsync(() => database.Should().MigrateUpDownUpAsync([First, wrong], Stop)))
            .Should().EndWith("0002_wrong up failed: line 4: 42704: type \"no_such_type\" does not exist");
    }

    [Fact]
    public async Task A_second_time_up_that_makes_something_else_is_reported()
    {
        await using var database = await environment.WithAsync();
        var times = 0;
        MigrationStep moody = new(
            2, "0002_moody",
            (connection, stop) => MigrationStep.Scripts(2, "0002_moody", $"ALTER TABLE orders ADD c{++times} int", null)
                .UpAsync(connection, stop),
            (connection, stop) => MigrationStep.Scripts(2, "0002_moody", $"ALTER TABLE orders DROP c{times}", null)
                .UpAsync(connection, stop));
        (await FailureAsync(() => database.Should().MigrateUpDownUpAsync([First, moody], Stop))).Should()
            .EndWith("0002_moody up again makes another schema than the first time:\n- column public.orders.c1: integer\n"
                + "+ column public.orders.c2: integer");
    }

    [Fact]
    public async Task A_missing_way_down_is_a_failure_until_it_is_declared()
    {
        await using var database = await environment.WithAsync();
        var oneWay = Second with { DownAsync = null };
        (await FailureAsync(() => database.Should().MigrateUpDownUpAsync([First, oneWay], Stop)))
            .Should().EndWith("0002_total has no way down. Write one, or declare that there is none: OneWay = true.");
        await database.Should().MigrateUpDownUpAsync(
            [First, oneWay with { OneWay = true }, MigrationStep.Scripts(3, "0003_more", "CREATE TABLE more ()", "DROP TABLE more")], Stop);
    }

    [Fact]
    public async Task Nothing_and_two_steps_with_one_number_are_refused()
    {
        await using var database = await environment.WithAsync();
        var none = () => database.Should().MigrateUpDownUpAsync([], Stop);
        await none.Should().ThrowAsync<ArgumentException>().WithMessage("there are no migrations*");
        var twice = () => database.Should().MigrateUpDownUpAsync([First, Second with { Number = 1 }], Stop);
        await twice.Should().ThrowAsync<ArgumentException>().WithMessage("*0001_orders and 0002_total share the number 1*");
    }
}
