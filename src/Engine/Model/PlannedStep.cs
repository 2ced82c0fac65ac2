namespace ChainBridge.Engine.Model;

/// <summary>A step of a plan that is only printed.</summary>
/// <param name="Changes">What it would change, in order: commands as they would be typed, and files, requests and orders in words.</param>
/// <param name="Notes">What else is to know: what a gate asks, for how long is watched.</param>
public sealed record PlannedStep(StepKind Kind, Slot? Slot, string? Service, IReadOnlyList<string> Changes, IReadOnlyList<string> Notes);
