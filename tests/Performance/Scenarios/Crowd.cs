using System.Text;
using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Performance.Scenarios;

/// <summary>A crowd that asks for scores, and among it, one of twenty, those who ask how the service is.</summary>
public sealed class Crowd : ILoadScenario
{
    private const int OneOf = 20;

    /// <inheritdoc/>
    public async ValueTask RunAsync(LoadUser user, CancellationToken cancellationToken)
    {
        if (user.Number % OneOf == 0)
        {
            await user.Http.GetAsync(user, "health", "health", cancellationToken);
            return;
        }

        await user.Http.PostJsonAsync(user, "score", "score/shipment", Encoding.UTF8.GetBytes($$"""
            {"shipment_id":"C-{{user.Iteration}}","driver_id":"D-1","origin":"Rotterdam","destination":"Warsaw",
            "planned_delivery_date":"2030-01-01"}
            """), cancellationToken);
    }
}
