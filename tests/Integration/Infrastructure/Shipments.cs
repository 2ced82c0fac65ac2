using ChainBridge.Samples.ChainIQ;

namespace ChainBridge.Tests.Integration.Infrastructure;

/// <summary>Shipments of a chosen risk: the model is deterministic, so one can be looked for.</summary>
public static class Shipments
{
    public static object Of(RiskCategory category)
    {
        var id = Enumerable.Range(1, 10_000).Select(number => $"S-{number}")
            .First(candidate =>
                RiskModel.Score(new(candidate, "D-1", "Rotterdam", "Warsaw", new DateOnly(2030, 1, 1))).RiskCategory == category);
        return Named(id);
    }

    public static object Named(string id) =>
        new { shipment_id = id, driver_id = "D-1", origin = "Rotterdam", destination = "Warsaw", planned_delivery_date = "2030-01-01" };

    public static object Payment(object shipment, decimal amount = 120.50m, bool force = false) =>
        new { shipment, amount, currency = "EUR", force_approval = force };
}
