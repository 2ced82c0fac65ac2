using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>What is deployed, before it is built.</summary>
internal sealed record Source(string Version, GitState Git)
{
    public string Commit => Git.Commit;

    /// <summary>The working tree is the commit.</summary>
    public bool Clean => !Git.Dirty;

    /// <summary>What is built of it.</summary>
    /// <param name="recorded">The releases that may lend what they have of services which did not change.</param>
    public BuildRequest Request(bool force, IReadOnlyCollection<string> only, IReadOnlyList<Release> recorded) =>
        new(Version, Commit, Clean, force, only)
        {
            CommittedAt = Git.CommittedAt, Repository = Git.Repository, Recorded = recorded,
        };
}

/// <summary>Names the release after the environment, the day and the commit, or as the command line asks.</summary>
internal sealed class NameRelease(DeployOptions options) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var context = run.Context;
        if (options.Version is { } wrong && !VersionName.IsValid(wrong))
            throw new EngineException(Failure.Usage, $"'{wrong}' cannot be a version",
                "use letters, digits, '.', '_' and '-', at most 128");
        foreach (var unknown in (options.Only ?? []).Where(name => !context.Manifest.Services.ContainsKey(name)))
            throw new EngineException(Failure.Usage, $"--only names '{unknown}', which is no service",
                $"services are: {string.Join(", ", context.Manifest.Services.Keys)}");
        var git = await context.Git.ReadAsync(context.Manifest.Root, cancellationToken);
        run.Version = options.Version
            ?? VersionName.For(context.Environment.Name, git, context.Runner.Time.GetUtcNow(),
                name => context.State.Releases.Find(name) is not null);
        run.Source = new Source(run.Version, git);
        run.Named(run.Version, git.Commit);
    }
}

/// <summary>Builds every service, or those asked for and takes the others from the current release.</summary>
internal sealed class Build(DeployOptions options) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (context, source, only) = (run.Context, run.Source!, options.Only ?? []);
        var current = only.Count == 0 ? null : run.Journal.History().Current is { } version ? context.State.Releases.Find(version) : null;
        if (only.Count > 0 && current is null)
            throw new EngineException(Failure.Usage, "--only takes the other services from the current release, and there is none",
                "deploy everything once");
        var request = source.Request(options.ForceRebuild, only, context.State.Releases.All());
        var built = await run.ChangeAsync(StepKind.Build, () => run.BuildAsync(request, cancellationToken));
        var artifacts = new Dictionary<string, Artifact>(current?.Artifacts ?? new Dictionary<string, Artifact>(), StringComparer.Ordinal);
        foreach (var (service, artifact) in built) artifacts[service] = artifact;
        var missing = context.Manifest.Services.Keys.Except(artifacts.Keys).ToList();
        if (missing.Count > 0)
            throw new EngineException(Failure.GateFailed, $"the build gave nothing for {string.Join(", ", missing)}",
                "look at the build's output above");
        run.Artifacts = artifacts;
        ReportSizes(run, artifacts);
    }

    /// <summary>How large each one is, and how it grew since the release before.</summary>
    private static void ReportSizes(DeploymentRun run, IReadOnlyDictionary<string, Artifact> artifacts)
    {
        var history = run.Journal.History();
        var before = (history.Current ?? history.Stable.FirstOrDefault(version => version != run.Version)) is { } version
            && version != run.Version ? run.Context.State.Releases.Find(version) : null;
        foreach (var (service, artifact) in artifacts.Where(artifact => artifact.Value.Bytes > 0))
            run.Report(new Note(
                $"{service}: {ArtifactSize.Words(artifact, before?.Artifacts.GetValueOrDefault(service), before?.Version)}"));
    }
}
