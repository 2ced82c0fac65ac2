using ChainBridge.Samples.ServiceDefaults;

namespace ChainBridge.Samples.ChainPay;

/// <summary>Every rule about what may become of a payment, in one place and without a clock or a database.</summary>
public static class Rules
{
    /// <summary>How long a payment of medium risk waits.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromHours(24);

    /// <summary>Below 0.33 low, below 0.67 medium, else high.</summary>
    public static RiskTier TierOf(decimal score) => score switch
    {
        < 0.33m => RiskTier.Low,
        < 0.67m => RiskTier.Medium,
        _ => RiskTier.High,
    };

    /// <summary>Decides about a new or newly assessed payment.</summary>
    public static (Payment Payment, Decision Decision) Assess(Payment payment, Score score, bool force, DateTimeOffset now)
    {
        var tier = TierOf(score.RiskScore);
        var (status, availableAt, why) = tier switch
        {
            RiskTier.Low => (PaymentStatus.Approved, now, "low risk: approved at once"),
            _ when force => (PaymentStatus.Approved, now, $"{tier.ToString().ToLowerInvariant()} risk: approval was forced"),
            RiskTier.Medium => (PaymentStatus.Delayed, now + Delay, "medium risk: delayed 24 h"),
            _ => (PaymentStatus.Rejected, now, "high risk: rejected"),
        };
        return (payment with
        {
            Status = status,
            RiskScore = score.RiskScore,
            RiskTier = tier,
            Forced = force && tier != RiskTier.Low,
            AvailableAt = availableAt
        },
            new Decision(status.ToString().ToLowerInvariant(), $"{why} ({score.Reasoning})", now));
    }

    /// <summary>Settles an approved payment, or a delayed one whose time has come.</summary>
    /// <exception cref="RequestProblemException">
    /// 409: not in a state to be settled; with the time to come back for a delayed one.
    /// </exception>
    public static (Payment Payment, Decision Decision) Settle(Payment payment, DateTimeOffset now) => payment.Status switch
    {
        PaymentStatus.Approved => (payment with { Status = PaymentStatus.Settled }, new("settled", "approved", now)),
        PaymentStatus.Delayed when now >= payment.AvailableAt =>
            (payment with { Status = PaymentStatus.Settled }, new("settled", "the delay is over", now)),
        PaymentStatus.Delayed => throw new RequestProblemException(StatusCodes.Status409Conflict, $"delayed until {payment.AvailableAt:O}",
            payment.AvailableAt - now),
        _ => throw NotNow(payment, "settled"),
    };

    /// <summary>Completes a settled payment.</summary>
    /// <exception cref="RequestProblemException">409: it was not settled.</exception>
    public static (Payment Payment, Decision Decision) Complete(Payment payment, DateTimeOffset now) =>
        payment.Status == PaymentStatus.Settled
            ? (payment with { Status = PaymentStatus.Completed }, new("completed", "settled", now))
            : throw NotNow(payment, "completed");

    /// <summary>A payment whose money has moved is not assessed again.</summary>
    /// <exception cref="RequestProblemException">409.</exception>
    public static void MayBeAssessed(Payment payment)
    {
        if (payment.Status is PaymentStatus.Settled or PaymentStatus.Completed) throw NotNow(payment, "assessed again");
    }

    private static RequestProblemException NotNow(Payment payment, string what) =>
        new(StatusCodes.Status409Conflict, $"a payment that is {payment.Status.ToString().ToLowerInvariant()} cannot be {what}");
}
