using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChainBridge.Samples.ChainIQ;
using ChainBridge.Samples.ChainPay;
using ChainBridge.Samples.ServiceDefaults;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Assertions;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.Integration.Database;

/// <summary>
/// While a release is rolled out, and after it is rolled back, the one before it runs on the new schema. Here the build of
/// today is the one before, and a release to come brings one migration more.
/// </summary>
[Database]
public sealed class NextReleaseTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("chainpay", "ALTER TABLE payment_intents ADD note text")]
    [InlineData("chainpay", "ALTER TABLE payment_intents ADD reviewed boolean NOT NULL DEFAULT false")]
    [InlineData("chainiq", "ALTER TABLE scores ADD model text; CREATE INDEX scores_by_model ON scores (model)")]
    public Task This_release_works_on_a_schema_that_was_only_added_to(string service, string change) => ServeAsync(service, change);

    [Theory]
    [InlineData("chainpay", "ALTER TABLE payment_intents RENAME amount TO total", "POST payment_intents answered 500",
        "column \"amount\" does not exist")]
    [InlineData("chainpay", "ALTER TABLE audit_log DROP reason", "POST payment_intents answered 500",
        "column \"reason\" of relation \"audit_log\" does not exist")]
    [InlineData("chainpay", "ALTER TABLE payment_intents ADD CONSTRAINT no_completed CHECK (status <> 'completed') NOT VALID",
        "/complete answered 500", "violates check constraint \"no_completed\"")]
    [InlineData("chainiq", "ALTER TABLE scores RENAME TO shipment_scores", "POST score/shipment answered 500",
        "relation \"scores\" does not exist")]
    public async Task A_change_that_this_release_cannot_live_with_is_caught_and_told(
        string service, string change, string request, string reason)
    {
        var serve = () => ServeAsync(service, change);
        (await serve.Should().ThrowAsync<XunitException>()).Which.Message.Should()
            .Contain($"the previous release {service} of today").And.Contain("on its own schema it passes").And.Contain("_next it fails")
            .And.Contain(request).And.Contain(reason);
    }

    private async Task ServeAsync(string service, string change)
    {
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        var today = service == "chainpay" ? ChainPayApp.Migrations : ChainIQApp.Migrations;
        var next = new Migration(today.Count + 1, $"{today.Count + 1:0000}_next", change, Down: null);
        var release = service == "chainpay"
            ? new PreviousRelease("chainpay of today", today.Count, (database, _) => StartChainPayAsync(stack, database), PayAsync)
            : new PreviousRelease("chainiq of today", today.Count, (database, _) => stack.StartChainIQAsync(database), ScoreAsync);
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await database.Should().ServePreviousReleaseAsync(release, Steps.Of([.. today, next]), Stop);
    }

    private static async Task<ServiceUnderTest> StartChainPayAsync(Stack stack, DatabaseLease database)
    {
        var risk = await stack.StartChainIQAsync();
        return await stack.StartAnotherChainPayAsync(risk.BaseAddress, database);
    }

    /// <summary>A payment's whole way: each table is written and read.</summary>
    private static async Task PayAsync(ServiceUnderTest chainPay, CancellationToken stop)
    {
        // Forced, so that the way does not depend on the risk of a made-up shipment.
        var payment = Shipments.Payment(NewShipment(), force: true);
        var made = await SendAsync(chainPay, HttpMethod.Post, "payment_intents", HttpStatusCode.Created, stop, payment);
        var id = made.GetProperty("id").GetGuid();
        await SendAsync(chainPay, HttpMethod.Post, $"payment_intents/{id}/settle", HttpStatusCode.OK, stop);
        await SendAsync(chainPay, HttpMethod.Post, $"payment_intents/{id}/complete", HttpStatusCode.OK, stop);
        var kept = await SendAsync(chainPay, HttpMethod.Get, $"payment_intents/{id}", HttpStatusCode.OK, stop);
        kept.GetProperty("amount").GetDecimal().Should().Be(120.50m);
        (await SendAsync(chainPay, HttpMethod.Get, $"payment_intents/{id}/history", HttpStatusCode.OK, stop)).GetArrayLength()
            .Should().Be(3);
    }

    private static Task ScoreAsync(ServiceUnderTest chainIQ, CancellationToken stop) =>
        SendAsync(chainIQ, HttpMethod.Post, "score/shipment", HttpStatusCode.OK, stop, NewShipment());

    /// <summary>Another each time: of a known one the database is not asked.</summary>
    private static object NewShipment() => Shipments.Named($"{Guid.NewGuid():N}");

    private static async Task<JsonElement> SendAsync(
        ServiceUnderTest service, HttpMethod method, string path, HttpStatusCode expected, CancellationToken stop, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await service.Client.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (answer.StatusCode != expected)
            throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
