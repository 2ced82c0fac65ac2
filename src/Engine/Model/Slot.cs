namespace ChainBridge.Engine.Model;

/// <summary>One of the two places a release can run in.</summary>
public enum Slot
{
    /// <summary>The first place.</summary>
    Blue,
    /// <summary>The other one.</summary>
    Green,
}
