using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChainBridge.Samples.ChainIQ;
using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.Integration.CrossService;

[CrossService]
public sealed class PaymentTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RiskCategory.Low, "approved")]
    [InlineData(RiskCategory.Medium, "delayed")]
    [InlineData(RiskCategory.High, "rejected")]
    public async Task The_risk_ChainIQ_sees_decides_what_ChainPay_does(RiskCategory category, string status)
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var payment = await CreateAsync(stack.Gateway.Client, Shipments.Payment(Shipments.Of(category)));
        payment.GetProperty("status").GetString().Should().Be(status);
        payment.GetProperty("risk_tier").GetString().Should().Be(category.ToString().ToLowerInvariant());
        payment.GetProperty("amount").GetDecimal().Should().Be(120.50m);
        var listed = await stack.Gateway.Client.GetFromJsonAsync<JsonElement>(
            $"api/chainpay/payment_intents?status={status}&risk_tier={category.ToString().ToLowerInvariant()}", Stop);
        listed.EnumerateArray().Single().GetProperty("id").GetGuid().Should().Be(payment.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_high_risk_is_approved_only_by_force_and_the_audit_log_says_so()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var payment = await CreateAsync(stack.Gateway.Client, Shipments.Payment(Shipments.Of(RiskCategory.High)));
        var id = payment.GetProperty("id").GetGuid();
        (await PostAsync(stack, id, "settle")).Should().Be(HttpStatusCode.Conflict);
        (await PostAsync(stack, id, "assess_risk?force_approval=true")).Should().Be(HttpStatusCode.OK);
        (await PostAsync(stack, id, "settle")).Should().Be(HttpStatusCode.OK);
        (await PostAsync(stack, id, "complete")).Should().Be(HttpStatusCode.OK);
        var history = await stack.Gateway.Client.GetFromJsonAsync<JsonElement>($"api/chainpay/payment_intents/{id}/history", Stop);
        history.EnumerateArray().Select(line => line.GetProperty("what").GetString())
            .Should().Equal("rejected", "approved", "settled", "completed");
        history.EnumerateArray().ElementAt(1).GetProperty("reason").GetString().Should().Contain("forced");
    }

    [Fact]
    public async Task A_medium_risk_is_settled_after_24_hours_and_not_a_second_before()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        await using var stack = await Stack.StartAsync(environment, Stop, clock);
        var id = (await CreateAsync(stack.Gateway.Client, Shipments.Payment(Shipments.Of(RiskCategory.Medium))))
            .GetProperty("id").GetGuid();

        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await PostAsync(stack, id, "settle")).Should().Be(HttpStatusCode.Conflict);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await PostAsync(stack, id, "settle")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_services_racing_on_one_idempotency_key_make_one_payment_and_settle_it_once()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var other = await stack.StartAnotherChainPayAsync(stack.ChainIQ.BaseAddress);
        HttpClient[] clients = [stack.ChainPay.Client, other.Client];
        var body = Shipments.Payment(Shipments.Of(RiskCategory.Low));

        var made = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(number => CreateAsync(clients[number % 2], body, "payment_intents", "key-1")));
        var id = made.Select(payment => payment.GetProperty("id").GetGuid()).Distinct().Should().ContainSingle().Subject;
        var settled = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            using var answer = await clients[number % 2].PostAsync($"payment_intents/{id}/settle", null, Stop);
            return answer.StatusCode;
        }));

        settled.Count(status => status == HttpStatusCode.OK).Should().Be(1);
        settled.Where(status => status != HttpStatusCode.OK).Should().OnlyContain(status => status == HttpStatusCode.Conflict);
        (await CountAsync(stack.PayDatabase, "payment_intents")).Should().Be(1);
        (await CountAsync(stack.PayDatabase, "audit_log")).Should().Be(2);
    }

    [Fact]
    public async Task An_idempotency_key_used_for_another_request_is_refused()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        var shipment = Shipments.Of(RiskCategory.Low);
        await CreateAsync(stack.ChainPay.Client, Shipments.Payment(shipment, 10m), "payment_intents", "key-2");
        using var request = Request("payment_intents", Shipments.Payment(shipment, 11m), "key-2");
        using var answer = await stack.ChainPay.Client.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await CountAsync(stack.PayDatabase, "payment_intents")).Should().Be(1);
    }

    private static HttpRequestMessage Request(string path, object body, string? key) => new(HttpMethod.Post, path)
    {
        Content = JsonContent.Create(body),
        Headers = { { "Idempotency-Key", key ?? Guid.NewGuid().ToString() } },
    };

    private static async Task<JsonElement> CreateAsync(
        HttpClient client, object body, string path = "api/chainpay/payment_intents", string? key = null)
    {
        using var request = Request(path, body, key);
        using var answer = await client.SendAsync(request, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<HttpStatusCode> PostAsync(Stack stack, Guid id, string action)
    {
        using var answer = await stack.Gateway.Client.PostAsync($"api/chainpay/payment_intents/{id}/{action}", null, Stop);
        return answer.StatusCode;
    }

    private static async Task<long> CountAsync(DatabaseLease database, string table)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
