using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.Samples.ChainIQ;

/// <summary>A stand-in for a trained model: deterministic, spread over the whole range, and the same on every machine.</summary>
public static class RiskModel
{
    /// <summary>Scores a request without problems. The route and the driver weigh three to one.</summary>
    public static ShipmentScore Score(ShipmentRequest request)
    {
        var route = Share($"{request.Origin}>{request.Destination}|{request.ShipmentId}");
        var driver = Share($"driver:{request.DriverId}");
        var score = Math.Round((0.75m * route) + (0.25m * driver), 2, MidpointRounding.ToZero);
        var confidence = Math.Round(0.5m + (Math.Abs(score - 0.5m) * 0.9m), 2, MidpointRounding.ToZero);
        var category = CategoryOf(score);
        return new(request.ShipmentId!, score, category, confidence,
            $"route {request.Origin} to {request.Destination} weighs {route:0.00}, driver {request.DriverId} {driver:0.00}: "
                + $"{category.ToString().ToLowerInvariant()} risk");
    }

    /// <summary>Below 0.33 low, below 0.67 medium, else high.</summary>
    public static RiskCategory CategoryOf(decimal score) => score switch
    {
        < 0.33m => RiskCategory.Low,
        < 0.67m => RiskCategory.Medium,
        _ => RiskCategory.High,
    };

    private static decimal Share(string text) =>
        BinaryPrimitives.ReadUInt16BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) / 65535m;
}
