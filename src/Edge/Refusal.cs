namespace ChainBridge.Edge;

/// <summary>Why a change was refused; nothing was changed then.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Why">For people: what was wrong, and what to do next.</param>
public sealed record Refusal(RefusalKind Kind, string Why);

/// <summary>Kinds of refusals.</summary>
public enum RefusalKind
{
    /// <summary>A newer fencing token was seen.</summary>
    OldToken,
    /// <summary>The slot that was to get all the traffic, or to be reached, has no address.</summary>
    UnknownSlot,
    /// <summary>The edge was not started with the port.</summary>
    PortNotOpen,
    /// <summary>What was asked for contradicts itself, or would leave a slot with traffic behind no door.</summary>
    Invalid,
}
