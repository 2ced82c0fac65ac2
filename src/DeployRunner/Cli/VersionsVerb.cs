using ChainBridge.DeployRunner.Flows;
using ChainBridge.DeployRunner.Reporting;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class VersionsVerb() : Verb("versions", "Lists the releases the target can run.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var history = context.History();
        var releases = context.Releases.All();
        var rows = releases.Select(release => new TableRow(
            [
                release.Version, $"{release.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", release.CreatedBy,
                history.Deployments.LastOrDefault(deployment => deployment.Version == release.Version && !deployment.Refused)?.OutcomeInWords ?? "-",
                history.IsStable(release.Version) ? "yes" : "no", release.Version == history.Current ? "yes" : "no",
            ],
            [.. release.Artifacts.Select(artifact => new KeyValuePair<string, string>(artifact.Key, artifact.Value.Digest))])).ToList();
        invocation.Reporter.Report(new Table("release", ["version", "created", "by", "verdict", "stable", "current"], rows));
        return new FlowResult(ExitCode.Done, $"{rows.Count} releases; rollback would go to {history.RollbackTarget ?? "none"}");
    }
}
