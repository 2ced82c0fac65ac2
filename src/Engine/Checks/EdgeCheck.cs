using System.Net;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Checks;

/// <summary>The edges that run can do what this runner asks of them. No release replaces an edge that an earlier runner started.</summary>
internal sealed class EdgeCheck(ITraffic traffic) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var edges = await traffic.EdgesAsync(cancellationToken);
            var earlier = edges.Where(edge => edge.Lacks.Count > 0).ToList();
            return earlier.Count > 0
                // A deployment works with it, so that this is no problem.
                ? CheckResult.Warning(string.Join("; ", earlier.Select(edge =>
                    $"{edge.Name} was started by an earlier runner: it {string.Join(", it ", edge.Lacks)}")), EdgeClient.Replaced)
                : CheckResult.Ok(edges.Count == 0
                    ? "no edge runs; deploy starts one"
                    : $"{string.Join(", ", edges.Select(edge => edge.Name))} can connect to a candidate before traffic moves, share "
                        + "traffic and count requests");
        }
        catch (EngineException away) when (away is { Failure: Failure.Unreachable,
            // One that answers, and refuses the runner's key, would refuse a deployment too.
            InnerException: not HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } })
        {
            return CheckResult.CouldNotAsk(away.Message, away.NextStep);
        }
    }
}
