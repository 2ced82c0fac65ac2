using ChainBridge.Engine.Events;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Steps;

/// <summary>The edges connect to the candidate just before it gets traffic.</summary>
internal static class Reached
{
    /// <summary>Has every edge connect; names those that cannot be asked, once in a run.</summary>
    public static async Task ByEveryEdgeAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var release = run.Attempted.Release;
        var unasked = await run.Traffic.ReachAsync(run.Attempted.Candidate, release, cancellationToken);
        if (unasked.Count == 0 || run.ToldOfEarlierEdges) return;
        run.ToldOfEarlierEdges = true;
        foreach (var edge in unasked)
            run.Report(new Warning($"{edge} was started by an earlier runner and {FoundEdge.NoReach}: {release.Version} gets traffic "
                + $"without that; {EdgeClient.Replaced}"));
    }
}
