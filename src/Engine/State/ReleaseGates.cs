using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.State;

/// <summary>What a release is proved by, as the manifest said when it was deployed. It is asked the same in every later proof.</summary>
/// <param name="Smoke">Probes, commands, budget and limits of the smoke gate.</param>
/// <param name="Observe">The observation after the switch.</param>
public sealed record ReleaseGates(GateSpec Smoke, ObserveSpec Observe);
