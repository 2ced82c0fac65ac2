namespace ChainBridge.Engine.Model;

/// <summary>Which slot gets how many of a hundred new requests.</summary>
/// <param name="Active">
/// The slot with the largest share; of two with the same, the one that had the larger one before. Null before the first switch. A slot
/// that is active may yet not be <see cref="Alone"/>.
/// </param>
public sealed record Shares(Slot? Active, int Blue, int Green)
{
    /// <summary>What they sum to.</summary>
    public const int Whole = 100;

    /// <summary>Before the first switch.</summary>
    public static Shares None { get; } = new(null, 0, 0);

    /// <summary>The slot that has all the traffic; null while two have a part of it, and before the first switch.</summary>
    public Slot? Alone => Blue == Whole ? Slot.Blue : Green == Whole ? Slot.Green : null;

    /// <summary>Two slots have a part of the traffic.</summary>
    public bool AreSplit => Blue > 0 && Green > 0;

    /// <summary>All for one slot.</summary>
    public static Shares All(Slot slot) => slot == Slot.Blue ? new(slot, Whole, 0) : new(slot, 0, Whole);

    /// <summary>The share of a slot.</summary>
    public int Of(Slot slot) => slot == Slot.Blue ? Blue : Green;

    /// <inheritdoc/>
    public override string ToString() => $"blue {Blue} %, green {Green} %";
}
