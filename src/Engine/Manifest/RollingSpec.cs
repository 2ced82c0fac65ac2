namespace ChainBridge.Engine.Manifest;

/// <summary>How services are replaced one by one.</summary>
/// <param name="Settle">
/// From the moment at which a name leads to the new service until the old one is told to end. Callers that renew their connections within
/// it use none that ends. Default 1 s.
/// </param>
public sealed record RollingSpec(TimeSpan Settle)
{
    /// <summary>The values where the manifest sets none.</summary>
    public static RollingSpec Default { get; } = new(TimeSpan.FromSeconds(1));
}
