using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>What the command line asked for.</summary>
/// <param name="Version">Names the release; null for the usual name.</param>
/// <param name="Only">Build only these; the others come from the current release. Empty for all.</param>
/// <param name="SkipTests">Leave out the integration gate.</param>
/// <param name="SkipPreflight">Leave out the checks of the manifest's <c>preflight</c>.</param>
/// <param name="Approve">Stop before the traffic moves, and wait for <c>promote</c> or <c>abort</c>.</param>
public sealed record DeployOptions(bool SkipTests = false, bool ForceRebuild = false, string? Version = null,
    IReadOnlyCollection<string>? Only = null, bool Approve = false, bool SkipPreflight = false)
{
    /// <summary>What is left out, as it is recorded: the ends of <c>--skip-…</c>.</summary>
    public IReadOnlyList<string> Skipped =>
        [.. SkipPreflight ? new[] { Release.SkippedPreflight } : [], .. SkipTests ? new[] { Release.SkippedTests } : []];
}
