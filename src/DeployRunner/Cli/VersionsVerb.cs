using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class VersionsVerb() : Verb("versions", "Lists the releases the target can run.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var journal = context.State.Journal.Read();
        foreach (var said in journal.Ignored.Concat(journal.Breaches)) invocation.Reporter.Report(new Warning(said));
        var history = context.State.HistoryOf(journal.Entries);
        var releases = context.State.Releases.All();
        var rows = releases.Select(release => new TableRow(
            [
                release.Version, $"{release.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", release.CreatedBy,
                history.Deployments.LastOrDefault(deployment =>
                    deployment.Version == release.Version && deployment.End is not { Refused: true })?.OutcomeInWords ?? "-",
                history.IsStable(release.Version) ? "yes" : "no", release.Version == history.Current ? "yes" : "no",
            ],
            [
                .. release.Artifacts.Select(artifact => new KeyValuePair<string, string>(artifact.Key, artifact.Value.Digest)),
                .. history.Remark(release.Version) is { } remark ? new KeyValuePair<string, string>[] { new("rollback", remark) } : [],
            ])).ToList();
        invocation.Reporter.Report(new Table("release", ["version", "created", "by", "verdict", "stable", "current"], rows));
        if (journal.Breaches.Count > 0) throw journal.Broken();
        return FlowResult.Done($"{rows.Count} releases; rollback would go to {history.RollbackTarget ?? "none"}");
    }
}
