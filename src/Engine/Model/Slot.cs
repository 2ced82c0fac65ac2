namespace ChainBridge.Engine.Model;

/// <summary>One of the two places a release can run in.</summary>
public enum Slot
{
    /// <summary>The first place.</summary>
    Blue,
    /// <summary>The other one.</summary>
    Green,
}

/// <summary>Slots by name.</summary>
public static class SlotNames
{
    /// <summary><c>blue</c> or <c>green</c>.</summary>
    public static string Name(this Slot slot) => slot.ToString().ToLowerInvariant();
}
