using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.Samples.ChainIQ;

/// <summary>What is asked of ChainIQ. Every field is required.</summary>
/// <param name="PlannedDeliveryDate">ISO date, e.g. 2030-01-31.</param>
public sealed record ShipmentRequest(
    string? ShipmentId, string? DriverId, string? Origin, string? Destination, DateOnly? PlannedDeliveryDate)
{
    /// <summary>Field → what is wrong with it; empty for a request that can be scored.</summary>
    public Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>();
        void Require(string field, string? value)
        {
            if (string.IsNullOrWhiteSpace(value)) problems[field] = ["is required"];
            else if (value.Length > 200) problems[field] = ["is longer than 200 characters"];
        }

        Require("shipment_id", ShipmentId);
        Require("driver_id", DriverId);
        Require("origin", Origin);
        Require("destination", Destination);
        if (PlannedDeliveryDate is null) problems["planned_delivery_date"] = ["is required, as an ISO date"];
        return problems;
    }

    /// <summary>The same for the same request and for no other: what the score is kept under.</summary>
    public string Hash() =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{ShipmentId}\n{DriverId}\n{Origin}\n{Destination}\n{PlannedDeliveryDate:O}")));
}

/// <summary>What ChainIQ answers.</summary>
/// <param name="RiskScore">0.00 to 1.00.</param>
/// <param name="Confidence">0.00 to 1.00.</param>
public sealed record ShipmentScore(string ShipmentId, decimal RiskScore, RiskCategory RiskCategory, decimal Confidence, string Reasoning);

/// <summary>Below 0.33 low, below 0.67 medium, above high.</summary>
public enum RiskCategory
{
    /// <summary>Below 0.33.</summary>
    Low,
    /// <summary>Below 0.67.</summary>
    Medium,
    /// <summary>From 0.67 on.</summary>
    High,
}
