using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class VersionsVerb() : Verb("versions", "Lists the releases the target can run.")
{
    public override bool GoesWithoutHosts => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var (journal, history) = invocation.ReadJournal(context);
        var releases = context.State.Releases.All();
        invocation.Reporter.Report(new Table("release", [.. releases.Select(release => new ReleaseRow(
            release.Version, release.CreatedAt, release.CreatedBy,
            history.Deployments.LastOrDefault(deployment =>
                deployment.Version == release.Version && deployment.End is not { Refused: true })?.OutcomeInWords,
            history.IsStable(release.Version), release.Version == history.Current, Details(release, history, context.State.Lock.Now)))]));
        if (journal.Breaches.Count > 0) throw journal.Broken();
        return FlowResult.Done($"{Plural.Of(releases.Count, "release")}; rollback would go to {history.RollbackTarget ?? "none"}");
    }

    private static Dictionary<string, string>? Details(Release release, History history, DateTimeOffset now)
    {
        var details = release.Artifacts.ToDictionary(artifact => artifact.Key, artifact => artifact.Value.Digest);
        if (release.Skipped.Count > 0) details["skipped"] = string.Join(", ", release.Skipped);
        if (history.Waiting is { } waiting && waiting.Version == release.Version) details["approval"] = waiting.WaitsInWords(now);
        if (history.Remark(release.Version) is { } remark) details["rollback"] = remark;
        return details.Count == 0 ? null : details;
    }
}
