namespace ChainBridge.Engine.Model;

/// <summary>A number that only grows, handed out with the lock. A target does nothing for an older one.</summary>
public readonly record struct FencingToken(long Value);
