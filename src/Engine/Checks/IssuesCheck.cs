using System.Globalization;
using Octokit;

namespace ChainBridge.Engine.Checks;

/// <summary>No issue is open that blocks deployments; pull requests are none.</summary>
/// <param name="label">What marks such an issue.</param>
internal sealed class IssuesCheck(GitHubRepository repository, string label) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var asked = new RepositoryIssueRequest { State = ItemStateFilter.Open, Filter = IssueFilter.All };
        asked.Labels.Add(label);
        var open = (await repository.AskAsync((client, owner, name) => client.Issue.GetAllForRepository(
            owner, name, asked, GitHubRepository.Pages), "Issues: read (a classic one: repo)", cancellationToken))
            .Where(issue => issue.PullRequest is null)
            .Select(issue => $"#{issue.Number.ToString(CultureInfo.InvariantCulture)} {issue.Title}").ToList();
        return open.Count == 0
            ? CheckResult.Ok($"no open issue of {repository.Name} has the label {label}")
            : CheckResult.Problem($"open with the label {label}: {string.Join("; ", open)}", "close them, or take the label off");
    }
}
