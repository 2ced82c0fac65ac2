using System.Globalization;
using Octokit;

namespace ChainBridge.Engine.Checks;

/// <summary>No issue is open that blocks deployments; pull requests are none.</summary>
/// <param name="label">What marks such an issue.</param>
internal sealed class IssuesCheck(GitHubRepository repository, string label) : ICheck
{
    private const string Needs = "Issues: read (a classic one: repo)";

    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var asked = new RepositoryIssueRequest { State = ItemStateFilter.Open, Filter = IssueFilter.All };
        asked.Labels.Add(label);
        var open = (await repository.AskAsync((client, owner, name) => client.Issue.GetAllForRepository(
            owner, name, asked, GitHubRepository.Pages), Needs, cancellationToken))
            .Where(issue => issue.PullRequest is null)
            .Select(issue => $"#{issue.Number.ToString(CultureInfo.InvariantCulture)} {issue.Title}").ToList();
        if (open.Count > 0)
            return CheckResult.Problem($"open with the label {label}: {string.Join("; ", open)}", "close them, or take the label off");
        // A label that is spelled wrong would block nothing for ever.
        return await IsThereAsync(cancellationToken)
            ? CheckResult.Ok($"no open issue of {repository.Name} has the label {label}")
            : CheckResult.Problem($"{repository.Name} has no label {label}, so no issue can have it",
                "correct preflight.github.blockingLabel, or make the label");
    }

    private Task<bool> IsThereAsync(CancellationToken cancellationToken) => repository.AskAsync(async (client, owner, name) =>
    {
        try
        {
            // It becomes part of a path, and the client escapes '#' alone.
            await client.Issue.Labels.Get(owner, name, Uri.EscapeDataString(label));
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
    }, Needs, cancellationToken);
}
