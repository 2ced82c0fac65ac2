using System.Net;
using System.Text;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs;

/// <summary>The examples of docs/testkit/assertions.md, run.</summary>
public sealed class AssertionExamples(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eventually_a_value_is_right()
    {
        var stop = Stop;
        var payments = 0;
        Task<int> CountPaymentsAsync(CancellationToken token) => Task.FromResult(++payments);

        var count = () => CountPaymentsAsync(stop);
        await count.Should().EventuallyAsync(found => found.Should().Be(3), TimeSpan.FromSeconds(5), stop);

        await Eventually.HoldsAsync(() => payments > 0, "a payment has come", TimeSpan.FromSeconds(5), stop);

        var settled = await Eventually.SatisfiesAsync(CountPaymentsAsync, found => found.Should().BeGreaterThan(3),
            "the fourth payment is settled",
            new EventuallyOptions { Within = TimeSpan.FromSeconds(5), Every = TimeSpan.FromMilliseconds(20) }, stop);
        settled.Should().Be(4);
    }

    [Fact]
    public void An_answer_is_right()
    {
        using var response = Answer(HttpStatusCode.Created, """{"id":7,"lines":[{"amount":12.50}]}""", "application/json");
        response.Should().HaveStatus(HttpStatusCode.Created)
            .And.HaveHeader("Content-Type", "application/json*")
            .And.HaveJsonValue("lines[0].amount", 12.5)
            .And.HaveJson("id").Which.GetInt32().Should().BePositive();

        using var refused = Answer(HttpStatusCode.UnprocessableEntity, """{"title":"Not valid","errors":{"amount":["must be positive"]}}""",
            "application/problem+json");
        refused.Should().BeProblem(HttpStatusCode.UnprocessableEntity, title: "Not valid");
        refused.Should().HaveProblemError("amount", "*positive");
    }

    [Fact]
    public async Task A_schema_is_right()
    {
        var stop = Stop;
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, stop);
        await using var other = await environment.Postgres.LeaseAsync(MigrationSet.Empty, stop);
        await database.Should().HaveSchemaOfAsync(other, stop, ignoreTables: ["schema_versions"]);

        var before = await SchemaSnapshot.OfAsync(database, stop);
        await database.Should().HaveSchemaAsync(before, stop);

        IReadOnlyList<MigrationStep> steps =
        [
            MigrationStep.Scripts(1, "0001_orders", "CREATE TABLE orders (id int PRIMARY KEY)", "DROP TABLE orders"),
            MigrationStep.Scripts(2, "0002_total", "ALTER TABLE orders ADD total int", "ALTER TABLE orders DROP total"),
        ];
        await database.Should().MigrateUpDownUpAsync(steps, stop);
        await database.Should().MatchSchemaFileAsync("shop.schema.txt", stop, ignoreTables: ["schema_versions"]);

        await using var empty = await environment.Postgres.LeaseAsync(MigrationSet.Empty, stop);
        var previous = new PreviousRelease("1.4.0", NewestStep: 1, StartPreviousAsync, PreviousRelease.Executable(["true"]));
        await empty.Should().ServePreviousReleaseAsync(previous, steps, stop);
    }

    [Fact]
    public async Task Nothing_is_left_over()
    {
        var stop = Stop;
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, stop);
        await using var cache = await environment.Redis.LeaseAsync(stop);
        var seeded = await RowBaseline.OfAsync(database, stop);
        // … what is tested …
        await database.Should().HaveNoLeftoverRowsAsync(stop, seeded, ignoreTables: ["schema_versions"]);
        await database.Should().HaveNoOpenConnectionsAsync(stop);
        await cache.Should().HaveNoKeysAsync(stop, "session:*");
    }

    private static async Task<ServiceUnderTest> StartPreviousAsync(DatabaseLease database, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.MapGet("/health", () => database.Database);
        return await ServiceHost.InProcessAsync("orders", application, TimeProvider.System, stop);
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string type) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };
}
