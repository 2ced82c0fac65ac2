using System.Text;
using System.Text.Json;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Performance.Scenarios;

/// <summary>A payment from its making to its end: made, settled, completed.</summary>
public sealed class Settle : ILoadScenario
{
    /// <inheritdoc/>
    public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""
            {"shipment":{"shipment_id":"S-{{user.Iteration}}","driver_id":"D-1","origin":"Rotterdam","destination":"Warsaw",
            "planned_delivery_date":"2030-01-01"},"amount":99.90,"currency":"EUR","force_approval":true}
            """);
        var made = await user.Http.PostJsonAsync(user, "make", "api/chainpay/payment_intents", body, cancellationToken, 201,
            keepBody: true);
        if (!made.AsExpected) return;
        var payment = JsonDocument.Parse(made.Body).RootElement;
        // One of medium risk may be settled after its delay only; forced ones at once.
        if (payment.GetProperty("status").GetString() != "approved") return;
        var path = $"api/chainpay/payment_intents/{payment.GetProperty("id").GetString()}";
        var settled = await user.Http.PostJsonAsync(user, "settle", $"{path}/settle", "{}"u8.ToArray(), cancellationToken);
        if (settled.AsExpected)
            await user.Http.PostJsonAsync(user, "complete", $"{path}/complete", "{}"u8.ToArray(), cancellationToken);
    }
}
