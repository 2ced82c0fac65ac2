using System.Net;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs.After;

internal static class Shop
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromScripts(
        new MigrationScript("001_orders", "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, name text)"));
}

public sealed class OrderTests(TestEnvironment environment)
{
    [Fact]
    public async Task An_order_is_kept()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await environment.Postgres.LeaseAsync(Shop.Migrations, stop);
        await using var connection = await database.OpenAsync(stop);
        // …
    }
}

[Isolation(Isolation.Reset)]
public sealed class ManyOrderTests(TestEnvironment environment)
{
    [Fact]
    public async Task An_order_is_kept()
    {
        await using var database = await environment.Postgres.LeaseAsync(Shop.Migrations, TestContext.Current.CancellationToken);
        // …
    }
}

public sealed class OtherSteps(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cache_of_its_own()
    {
        var stop = Stop;
        await using var cache = await environment.Redis.LeaseAsync(stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await redis.GetDatabase().StringSetAsync("order:1", "tea");
    }

    [Fact]
    public async Task Many_tests_share_a_database()
    {
        var stop = Stop;
        await using var database = await environment.Postgres.LeaseAsync(Shop.Migrations, stop);
        var reset = await DatabaseReset.ForAsync(database, keep: ["schema_versions"], stop);
        // … a test …
        await reset.ResetAsync(stop);
        await database.Should().HaveNoLeftoverRowsAsync(stop);
    }

    [Fact]
    public async Task A_service_of_its_own()
    {
        var stop = Stop;
        await using var database = await environment.Postgres.LeaseAsync(Shop.Migrations, stop);
        await using var orders = await ServiceHost.InProcessAsync("orders", OrdersApp.Build(database.ConnectionString),
            TimeProvider.System, stop);
        using var response = await orders.Client.GetAsync("orders/7", stop);
        response.Should().BeProblem(HttpStatusCode.NotFound, title: "No such order*");

        await Eventually.SatisfiesAsync(
            _ => orders.Client.GetStringAsync("orders", stop),
            answer => answer.Should().Be("[]"),
            "no order is open", TimeSpan.FromSeconds(5), stop);
    }

    private static class OrdersApp
    {
        public static WebApplication Build(string connectionString)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var application = builder.Build();
            application.MapGet("/health", () => "ok");
            application.MapGet("/orders", () => "[]");
            application.MapGet("/orders/{id}", (HttpContext context) => Results.Problem(title: "No such order", statusCode: 404,
                detail: new NpgsqlConnectionStringBuilder(connectionString).Database).ExecuteAsync(context));
            return application;
        }
    }
}
