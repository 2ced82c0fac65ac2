using System.CommandLine;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;
using ChainBridge.Engine.State;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class HistoryVerb : Verb
{
    private readonly Option<int> _last = new("--last")
    {
        Description = "How many, newest first; runs that were refused come in between and are not counted.",
        DefaultValueFactory = _ => 20
    };

    public HistoryVerb() : base("history", "Past deployments with durations and verdicts.") => Options.Add(_last);

    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var (journal, history) = invocation.ReadJournal(context);
        var deployments = history.Deployments;
        invocation.Reporter.Report(new Table("past-deployment",
            [.. Newest(deployments, Math.Max(1, invocation.Parsed.GetValue(_last))).Select(deployment => new PastDeploymentRow(
                deployment.Begun, deployment.Verb, deployment.Version.Length > 0 ? deployment.Version : null,
                deployment.End?.At - deployment.Begun, deployment.OutcomeInWords,
                deployment.End?.Ending is { } ending ? (int)ExitCodes.Of(ending.Failure) : null, deployment.By,
                deployment.Skipped.Union(history.Skipped(deployment.Version)).ToList() is { Count: > 0 } skipped
                    ? new(string.Join(", ", skipped))
                    : null))]));
        if (journal.Breaches.Count > 0) throw journal.Broken();
        var refused = deployments.Count(deployment => deployment.End is { Refused: true });
        return FlowResult.Done($"{Plural.Of(deployments.Count - refused, "deployment")} recorded"
            + (refused == 0 ? "" : $", and {Plural.Of(refused, "that was", "that were")} refused before anything was done"));
    }

    /// <summary>A pipeline that knocked all night at a held lock must not push what really happened off the list.</summary>
    private static IEnumerable<DeploymentRecord> Newest(IReadOnlyList<DeploymentRecord> deployments, int count)
    {
        foreach (var deployment in deployments.Reverse())
        {
            if (deployment.End is not { Refused: true } && count-- == 0) yield break;
            yield return deployment;
        }
    }
}
