using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Performance.Scenarios;

/// <summary>A caller whose first answer was lost sends the payment again with the same key, and must get the same payment.</summary>
public sealed class PayTwice : ILoadScenario
{
    /// <inheritdoc/>
    public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""
            {"shipment":{"shipment_id":"P-{{user.Iteration}}","driver_id":"D-1","origin":"Rotterdam","destination":"Warsaw",
            "planned_delivery_date":"2030-01-01"},"amount":120.50,"currency":"EUR","force_approval":false}
            """);
        var first = await SendAsync(user, "pay", body, cancellationToken);
        if (!first.AsExpected) return;
        var again = await SendAsync(user, "pay again", body, cancellationToken);
        if (again.AsExpected && Id(again) != Id(first))
            throw new InvalidOperationException($"the payment was made twice: {Id(first)} and {Id(again)}");
    }

    private static ValueTask<LoadAnswer> SendAsync(LoadUser user, string step, byte[] body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, user.Http.Address("api/chainpay/payment_intents"))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("Idempotency-Key", $"load-{user.Iteration}");
        return user.Http.SendAsync(user, step, request, cancellationToken, expected: 201, keepBody: true);
    }

    private static string? Id(LoadAnswer answer) => JsonDocument.Parse(answer.Body).RootElement.GetProperty("id").GetString();
}
