namespace ChainBridge.Engine.Platforms;

/// <summary>A service that did not end when it was asked to, and was killed when its time was over.</summary>
/// <param name="Name">With its host where there are several.</param>
/// <param name="Grace">How long it had.</param>
public sealed record KilledService(string Name, TimeSpan Grace);
