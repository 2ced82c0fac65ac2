using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChainBridge.Samples.ChainIQ;
using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.Integration.CrossService;

[CrossService]
public sealed class PartialFailureTests(TestEnvironment environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChainIQ_killed_in_mid_request_gives_503_with_retry_after_and_nothing_half_written()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var iq = await stack.StartChainIQProcessAsync();
        await stack.StartPayAndGatewayAsync(iq.BaseAddress);
        // A locked table holds ChainIQ in the middle of its answer for as long as the test needs.
        await using var holder = await stack.IqDatabase.OpenAsync(Stop);
        await using var transaction = await holder.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand("LOCK TABLE scores IN ACCESS EXCLUSIVE MODE", holder))
            await hold.ExecuteNonQueryAsync(Stop);

        var asking = stack.Gateway.Client.PostAsJsonAsync("api/chainpay/payment_intents", Shipments.Payment(Shipments.Named("S-1")), Stop);
        await UntilBlockedAsync(stack.IqDatabase);
        await iq.KillAsync(Stop);

        using var answer = await asking;
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.Should().BePositive();
        foreach (var table in new[] { "payment_intents", "audit_log", "idempotency_keys" })
        {
            await using var connection = await stack.PayDatabase.OpenAsync(Stop);
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
            (await count.ExecuteScalarAsync(Stop)).Should().Be(0L, "{0} must hold nothing of a payment that was not made", table);
        }
    }

    [Fact]
    public async Task Redis_flushed_under_load_changes_no_answer()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{stack.Cache.ConnectionString},allowAdmin=true");
        var server = redis.GetServer(stack.Cache.Host, stack.Cache.Port);
        var first = await ScoreAsync(stack);
        (await redis.GetDatabase().ExecuteAsync("DBSIZE")).ToString().Should().Be("1", "the score is cached");

        var asked = Enumerable.Range(0, 100).Select(async number =>
        {
            if (number % 10 == 0) await server.FlushDatabaseAsync(stack.Cache.Database);
            return await ScoreAsync(stack);
        });

        (await Task.WhenAll(asked)).Should().OnlyContain(answer => answer == first);
    }

    [Fact]
    public async Task The_gateway_answers_for_the_others_when_one_service_is_down()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        await stack.ChainIQ.DisposeAsync();

        var status = await stack.Gateway.Client.GetFromJsonAsync<JsonElement>("api/v1/status", Stop);

        status.GetProperty("status").GetString().Should().Be("degraded");
        status.GetProperty("services")
            .EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("health").GetString())
            .Should()
            .BeEquivalentTo(new Dictionary<string, string> { ["gateway"] = "healthy", ["chainiq"] = "down", ["chainpay"] = "healthy" });
        using var health = await stack.Gateway.Client.GetAsync("health", Stop);
        health.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_correlation_id_crosses_all_three_services()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var iq = await stack.StartChainIQProcessAsync();
        await stack.StartPayAndGatewayAsync(iq.BaseAddress);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/chainpay/payment_intents")
        {
            Content = JsonContent.Create(Shipments.Payment(Shipments.Named("S-2"))),
            Headers = { { "X-Correlation-Id", "trace-42" } }
        };

        using var answer = await stack.Gateway.Client.SendAsync(request, Stop);

        answer.Headers.GetValues("X-Correlation-Id").Should().Equal("trace-42");
        await UntilAsync(() => Task.FromResult(iq.Log.Any(line => line.Contains("trace-42", StringComparison.Ordinal))),
            "ChainIQ to log the id it was handed through ChainPay");
    }

    [Fact]
    public async Task A_service_that_is_asked_to_stop_finishes_the_request_in_flight()
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var iq = await stack.StartChainIQProcessAsync();
        await using var holder = await stack.IqDatabase.OpenAsync(Stop);
        await using var transaction = await holder.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand("LOCK TABLE scores IN ACCESS EXCLUSIVE MODE", holder))
            await hold.ExecuteNonQueryAsync(Stop);
        var asking = iq.Client.PostAsJsonAsync("score/shipment", Shipments.Named("S-3"), Stop);
        await UntilBlockedAsync(stack.IqDatabase);

        var stopping = iq.StopAsync(Stop);
        await UntilAsync(() => Task.FromResult(iq.Log.Any(line => line.Contains("shutting down", StringComparison.OrdinalIgnoreCase))),
            "ChainIQ to say that it is stopping");
        await transaction.RollbackAsync(Stop);

        using var answer = await asking;
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await stopping).Should().Be(0);
    }

    private static async Task<string> ScoreAsync(Stack stack)
    {
        using var answer = await stack.Gateway.Client.PostAsJsonAsync("iq/score/shipment", Shipments.Of(RiskCategory.Medium), Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static Task UntilBlockedAsync(DatabaseLease database) => UntilAsync(async () =>
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var blocked = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        return (long)(await blocked.ExecuteScalarAsync(Stop))! > 0;
    }, "ChainIQ to wait for the locked table");

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"waited {Patience.TotalSeconds} s for {what}");
            await Task.Delay(20, Stop);
        }
    }
}
