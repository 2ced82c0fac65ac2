using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;
using static ChainBridge.Tests.TestKit.Assertions.Databases;

namespace ChainBridge.Tests.TestKit.Assertions;

public sealed class PreviousReleaseTests(TestEnvironment environment)
{
    private static readonly MigrationStep First = MigrationStep.Scripts(1, "0001_orders",
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, name text NOT NULL)", null);
    private static readonly MigrationStep Added = MigrationStep.Scripts(2, "0002_note", "ALTER TABLE orders ADD note text", null);
    private static readonly MigrationStep Renamed = MigrationStep.Scripts(3, "0003_rename",
        "ALTER TABLE orders RENAME name TO title", null);

    /// <summary>A release that writes the column <c>name</c>.</summary>
    private static PreviousRelease Previous => new("1.4.0", NewestStep: 1, StartAsync, SmokeAsync);

    [Fact]
    public async Task A_change_that_the_previous_release_can_live_with_passes()
    {
        await using var database = await environment.WithAsync();
        await database.Should().ServePreviousReleaseAsync(Previous, [First, Added], Stop);
        await using var connection = await database.OpenAsync(Stop);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM orders", connection);
        (await count.ExecuteScalarAsync(Stop)).Should().Be(2L, "the smoke tests ran on the old schema and on the new one");
    }

    [Fact]
    public async Task A_previous_release_that_breaks_names_the_migrations_since_and_shows_its_log()
    {
        await using var database = await environment.WithAsync();
        (await FailureAsync(() => database.Should().ServePreviousReleaseAsync(Previous, [First, Added, Renamed], Stop))).Should().Match(
            "Expected the previous release 1.4.0 to pass its smoke tests on the database after 0002_note, 0003_rename, "
            + """
            but on its own schema it passes, and with 0002_note, 0003_rename it fails:
              POST /orders answered 500: 42703: column "name" of relation "orders" does not exist
              the last it wrote:
            *the order was not stored*
            Make the change in two releases: add first, remove when no release that needs the old form can run.
            """);
    }

    [Fact]
    public async Task A_previous_release_that_never_worked_is_not_blamed_on_the_migrations()
    {
        await using var database = await environment.WithAsync();
        var broken = Previous with { SmokeAsync = (_, _) => throw new InvalidOperationException("no such route") };
        (await FailureAsync(() => database.Should().ServePreviousReleaseAsync(broken, [First, Added], Stop)))
            .Should().EndWith("it fails on its own schema too, so this proves nothing about the migrations since:\n  no such route");
    }

    [Fact]
    public async Task A_migration_that_fails_is_named_and_nothing_to_prove_is_refused()
    {
        await using var database = await environment.WithAsync();
        (await FailureAsync(() => database.Should().ServePreviousReleaseAsync(Previous,
        [
            First, MigrationStep.Scripts(2, "0002_wrong", "CREATE TABLE orders ()", null)
        ], Stop))).Should().Contain("but 0002_wrong up failed: ").And.Contain("already exists");
        var nothing = () => database.Should().ServePreviousReleaseAsync(Previous, [First], Stop);
        await nothing.Should().ThrowAsync<ArgumentException>().WithMessage("no migration is newer than 1, the newest that 1.4.0 knows*");
    }

    [Fact]
    public async Task Smoke_tests_may_be_a_program_whose_exit_code_and_last_words_count()
    {
        await using var database = await environment.WithAsync();
        var program = Previous
            with { SmokeAsync = PreviousRelease.Executable(["sh", "-c", "echo \"asked $CHAINBRIDGE_BASE_URL\"; exit ${0}", "0"]) };
        await database.Should().ServePreviousReleaseAsync(program, [First, Added], Stop);
        await using var another = await environment.WithAsync();
        var failing = Previous
            with { SmokeAsync = PreviousRelease.Executable(["sh", "-c", "echo \"asked $CHAINBRIDGE_BASE_URL\"; exit 3"]) };
        (await FailureAsync(() => another.Should().ServePreviousReleaseAsync(failing, [First, Added], Stop)))
            .Should().Contain("ended with 3; it printed:").And.Contain("asked http://127.0.0.1:");
    }

    [Fact]
    public async Task A_smoke_program_that_hangs_is_ended_at_its_deadline()
    {
        await using var service = ServiceHost.At("none", new Uri("http://127.0.0.1:9"));
        var hang = () =>
            PreviousRelease.Executable(["sh", "-c", "echo waiting; exec sleep 600"], TimeSpan.FromMilliseconds(500))(service, Stop);
        (await hang.Should().ThrowAsync<TimeoutException>()).WithMessage("*had not ended after 500 ms*");
    }

    [Fact]
    public async Task A_previous_release_that_hangs_is_left_behind_at_its_deadline()
    {
        await using var database = await environment.WithAsync();
        var hanging = Previous with { SmokeAsync = (_, _) => new TaskCompletionSource().Task, Deadline = TimeSpan.FromMilliseconds(500) };
        (await FailureAsync(() => database.Should().ServePreviousReleaseAsync(hanging, [First, Added], Stop)))
            .Should().EndWith("its start and its smoke tests had not ended after 500 ms");
    }

    private static async Task<ServiceUnderTest> StartAsync(DatabaseLease database, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning);
        var application = builder.Build();
        application.MapGet("/health", () => "ok");
        application.MapPost("/orders", async context =>
        {
            try
            {
                await database.ExecuteAsync("INSERT INTO orders (name) VALUES ('x')");
            }
            catch (PostgresException failure)
            {
                application.Logger.LogWarning("the order was not stored");
                context.Response.StatusCode = 500;
                await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(failure.Message.Split('\n')[0]), stop);
            }
        });
        return await ServiceHost.InProcessAsync("orders", application, TimeProvider.System, stop);
    }

    private static async Task SmokeAsync(ServiceUnderTest service, CancellationToken stop)
    {
        using var answer = await service.Client.PostAsync("orders", null, stop);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"POST /orders answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
    }
}
