using ChainBridge.Engine.Manifest;
using Octokit;
using Octokit.Internal;

namespace ChainBridge.Engine.Notifications;

/// <summary>
/// The status of the commit (<c>deployrunner/ENVIRONMENT</c>) and of a deployment to the environment: under way when the release is
/// named, and how it ended.
/// </summary>
internal sealed class GitHubSender(GitHubSpec spec, string token, Tries tries, TimeProvider time) : ISender
{
    /// <summary>GitHub refuses a longer description.</summary>
    private const int Longest = 140;

    /// <summary>Verbs that go on with the release of an earlier run, and so with its deployment.</summary>
    private static readonly IReadOnlyList<string> GoOn = ["promote", "abort", "resume"];

    private long? _deployment;

    public string Name => $"GitHub at {spec.Api.Host}";

    public bool Follows => true;

    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        if (notification.Commit is not { } commit) return;
        var client = new GitHubClient(new Connection(new ProductHeaderValue("deployrunner"), spec.Api,
            new InMemoryCredentialStore(new Credentials(token)),
            new HttpClientAdapter(() => new RetryingHandler(tries, time, readsAnswer: true, cancellationToken)),
            new SimpleJsonSerializer()));
        var (ofCommit, ofDeployment) = States(notification);
        var headline = NotificationText.Headline(notification);
        var description = headline.Length > Longest ? headline[..(Longest - 1)] + "…" : headline;
        // A token may do one and not the other: both are tried.
        await Task.WhenAll(
            AskAsync("the commit status", () => client.Repository.Status.Create(spec.Owner, spec.Repository, commit, new NewCommitStatus
            {
                State = ofCommit, Context = $"deployrunner/{notification.Environment}", Description = description,
                TargetUrl = (notification.Links.Run ?? notification.Links.Environment)?.AbsoluteUri,
            })),
            AskAsync("the deployment", async () =>
            {
                var id = _deployment ??= await DeploymentAsync(client, notification, commit);
                return await client.Repository.Deployment.Status.Create(spec.Owner, spec.Repository, id,
                    new NewDeploymentStatus(ofDeployment)
                    {
                        Description = description, LogUrl = notification.Links.Run?.AbsoluteUri,
                        EnvironmentUrl = notification.Links.Environment?.AbsoluteUri,
                    });
            }));
    }

    /// <summary>What GitHub calls it, of the commit and of the deployment.</summary>
    internal static (CommitState Commit, DeploymentState Deployment) States(Notification run) => run switch
    {
        { Verdict: null } => (CommitState.Pending, DeploymentState.InProgress),
        { Verdict: RunEnd.Deployed or RunEnd.Settled } or { Verdict: RunEnd.RolledBack, ExitCode: 0 or Notification.Interrupted } =>
            (CommitState.Success, DeploymentState.Success),
        { Verdict: RunEnd.Waiting } => (CommitState.Pending, DeploymentState.Pending),
        { Verdict: RunEnd.Aborted } => (CommitState.Error, DeploymentState.Inactive),
        { Verdict: RunEnd.Interrupted } or { Unproved: true } => (CommitState.Error, DeploymentState.Error),
        _ => (CommitState.Failure, DeploymentState.Failure),
    };

    private async Task<long> DeploymentAsync(GitHubClient client, Notification notification, string commit)
    {
        if (GoOn.Contains(notification.Verb))
        {
            var before = await new ApiConnection(client.Connection).GetAll<Deployment>(
                new Uri($"repos/{spec.Owner}/{spec.Repository}/deployments", UriKind.Relative),
                new Dictionary<string, string> { ["sha"] = commit, ["environment"] = notification.Environment },
                new ApiOptions { PageSize = 1, PageCount = 1 });
            if (before.Count > 0) return before[0].Id;
        }

        return (await client.Repository.Deployment.Create(spec.Owner, spec.Repository, new NewDeployment(commit)
        {
            Environment = notification.Environment, Description = $"{notification.Verb} {notification.Version}", AutoMerge = false,
            // The runner's own gates have judged the commit; GitHub is to record it whatever other checks there are.
            RequiredContexts = [],
        })).Id;
    }

    private static async Task AskAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            await ask();
        }
        catch (ApiException refused)
        {
            throw new DeliveryException($"{what} was answered with {(int)refused.StatusCode}: {refused.Message}", inner: refused);
        }
    }
}
