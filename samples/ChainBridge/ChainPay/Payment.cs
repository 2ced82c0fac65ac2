namespace ChainBridge.Samples.ChainPay;

/// <summary>Where a payment stands.</summary>
public enum PaymentStatus
{
    /// <summary>May be settled now.</summary>
    Approved,
    /// <summary>May be settled when its delay is over.</summary>
    Delayed,
    /// <summary>Will not be settled, unless assessed again and forced.</summary>
    Rejected,
    /// <summary>The money has moved.</summary>
    Settled,
    /// <summary>Nothing is left to do.</summary>
    Completed,
}

/// <summary>ChainIQ's categories, as ChainPay's tiers.</summary>
public enum RiskTier
{
    /// <summary>Approved at once.</summary>
    Low,
    /// <summary>Delayed 24 hours.</summary>
    Medium,
    /// <summary>Rejected unless forced.</summary>
    High,
}

/// <summary>The shipment a payment is for, in ChainIQ's words.</summary>
public sealed record Shipment(string? ShipmentId, string? DriverId, string? Origin, string? Destination, DateOnly? PlannedDeliveryDate);

/// <summary>One payment.</summary>
/// <param name="Amount">In whole and hundredth units of the currency; more than 0.</param>
/// <param name="AvailableAt">From when on it may be settled, if it may at all.</param>
public sealed record Payment(
    Guid Id, Shipment Shipment, decimal Amount, string Currency, PaymentStatus Status, decimal RiskScore, RiskTier RiskTier,
    bool Forced, DateTimeOffset AvailableAt, DateTimeOffset CreatedAt);

/// <summary>One line of the audit log.</summary>
public sealed record Decision(string What, string Reason, DateTimeOffset DecidedAt);

/// <summary>What ChainIQ said, as far as a decision needs it.</summary>
public sealed record Score(decimal RiskScore, string Reasoning);

/// <summary>Body of <c>POST /payment_intents</c>.</summary>
public sealed record PaymentRequest(Shipment? Shipment, decimal? Amount, string? Currency, bool ForceApproval = false)
{
    /// <summary>Field → what is wrong with it. The shipment itself is ChainIQ's to judge.</summary>
    public Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>();
        if (Shipment is null) problems["shipment"] = ["is required"];
        if (Amount is not > 0) problems["amount"] = ["must be more than 0"];
        else if (decimal.Round(Amount.Value, 2) != Amount || Amount > 9_999_999_999_999_999m)
            problems["amount"] = ["has more than 2 decimal places or is too large"];
        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
            problems["currency"] = ["must be three capital letters, e.g. EUR"];
        return problems;
    }
}
