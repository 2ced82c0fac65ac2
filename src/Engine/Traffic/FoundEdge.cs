namespace ChainBridge.Engine.Traffic;

/// <summary>An edge that was set up.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Lacks">What it lacks because an earlier runner started it, each as a predicate; empty for an edge of this runner.</param>
public sealed record FoundEdge(string Name, IReadOnlyList<string> Lacks)
{
    /// <summary>What it lacks when it cannot be asked to connect to a slot.</summary>
    public const string NoReach = "cannot be asked to connect to a candidate before traffic moves";

    /// <summary>Asks an edge what it is; changes nothing.</summary>
    internal static async Task<FoundEdge> AskAsync(EdgeClient edge, CancellationToken cancellationToken)
    {
        var (state, lacks) = (await edge.StateAsync(cancellationToken), new List<string>());
        if (state.Ports is null) lacks.Add("has one door, shares no traffic and puts no release on its answers");
        if (state.Figures is null) lacks.Add("counts no requests");
        if (!await edge.KnowsReachAsync(cancellationToken)) lacks.Add(NoReach);
        return new(edge.Name, lacks);
    }
}
