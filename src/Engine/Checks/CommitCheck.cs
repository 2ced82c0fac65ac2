using ChainBridge.Engine.Hosts;
using Octokit;

namespace ChainBridge.Engine.Checks;

/// <summary>
/// The check runs and statuses that GitHub has for the commit. One that failed is a problem. One that runs still, and a required one that
/// is absent, is no answer yet.
/// </summary>
/// <param name="folder">Of the clone.</param>
/// <param name="required">Names that count; empty for all that there are.</param>
internal sealed class CommitCheck(GitHubRepository repository, IGitInfo git, string folder, IReadOnlyList<string> required) : ICheck
{
    private const string Needs = "Checks: read and Commit statuses: read (a classic one: repo)";

    private static readonly string[] Passed = ["success", "neutral", "skipped"];
    private static readonly string[] Open = ["queued", "in_progress", "waiting", "requested", "pending"];

    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var commit = await git.ReadAsync(folder, cancellationToken);
        var runs = await repository.AskAsync((client, owner, name) => client.Check.Run.GetAllForReference(
            owner, name, commit.Commit, new CheckRunRequest(), GitHubRepository.Pages), Needs, cancellationToken);
        var statuses = await repository.AskAsync((client, owner, name) => client.Repository.Status.GetAll(
            owner, name, commit.Commit, GitHubRepository.Pages), Needs, cancellationToken);
        return Judge(commit.ShortSha, [.. runs.CheckRuns.Select(run => (run.Name, run.Status.StringValue == "completed"
                ? run.Conclusion?.StringValue ?? "without a conclusion" : run.Status.StringValue)),
            // All there ever were, the newest first; what earlier deployments of the commit wrote is no check of it.
            .. statuses.Where(status => !status.Context.StartsWith("deployrunner/", StringComparison.Ordinal))
                .DistinctBy(status => status.Context).Select(status => (status.Context, status.State.StringValue))]);
    }

    private CheckResult Judge(string commit, IReadOnlyList<(string Name, string State)> found)
    {
        const string wait = "wait for it, then deploy again";
        if (found.Count == 0)
            return required.Count > 0
                ? CheckResult.Problem($"GitHub has no check for {commit}; required: {string.Join(", ", required)}",
                    "push the commit, and see why its pipeline does not run")
                : CheckResult.CouldNotAsk($"GitHub has no check for {commit} yet", wait);
        var counted = required.Count == 0 ? found : [.. found.Where(check => required.Contains(check.Name))];
        var states = counted.Select(check => $"{check.Name}: {check.State}{(Open.Contains(check.State) ? ", still running" : "")}")
            .Concat(required.Except(found.Select(check => check.Name)).Select(absent => $"{absent}: absent")).ToList();
        var evidence = $"{commit}: {string.Join("; ", states)}";
        if (counted.Any(check => !Passed.Contains(check.State) && !Open.Contains(check.State)))
            return CheckResult.Problem(evidence, "repair what failed, and deploy a commit that passed");
        return counted.All(check => Passed.Contains(check.State)) && states.Count == counted.Count
            ? CheckResult.Ok(evidence)
            : CheckResult.CouldNotAsk(evidence, wait);
    }
}
