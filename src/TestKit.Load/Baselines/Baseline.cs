namespace ChainBridge.TestKit.Load;

/// <summary>What was measured of a stable release, kept to compare later ones with.</summary>
/// <param name="Comparable">The plan's <see cref="LoadPlan.Comparable"/>: another one is another load.</param>
public sealed record Baseline(string Scenario, string Version, string Comparable, LoadMeasurement Measurement);
