using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Runs;

/// <summary>The steps the runbooks are written in. This part: everything before the target is changed.</summary>
internal sealed partial class Steps(FlowContext context, DeploymentRun run)
{
    private IPlatform Target => context.Target;

    /// <summary>Exit code 18 when the target cannot be used.</summary>
    public Task ReachAsync(CancellationToken cancellationToken) => Target.EnsureReachableAsync(cancellationToken);

    /// <summary>Exit code 18, 15 or 16: unreachable, held by somebody, or a reason not to start.</summary>
    public Task PreflightAsync(CancellationToken cancellationToken) => run.StepAsync(StepKind.Preflight, async () =>
    {
        await Target.EnsureReachableAsync(cancellationToken);
        context.Lock.RefuseIfHeld();
        var journal = context.Journal.Read();
        foreach (var ignored in journal.Ignored) context.Reporter.Report(new Warning(ignored));
        journal.Whole();
        var reasons = await Target.PreflightAsync(cancellationToken);
        if (reasons.Count > 0)
            throw new RunnerException(ExitCode.PreflightRefused, $"preflight refused: {string.Join("; ", reasons)}",
                "remove what is named, then deploy again");
    });

    /// <summary>Names the release.</summary>
    public async Task<Source> NameAsync(DeployOptions options, CancellationToken cancellationToken)
    {
        if (options.Version is { } wrong && !VersionName.IsValid(wrong))
            throw new RunnerException(ExitCode.Usage, $"'{wrong}' cannot be a version",
                "use letters, digits, '.', '_' and '-', at most 128");
        foreach (var unknown in (options.Only ?? []).Where(name => !context.Manifest.Services.ContainsKey(name)))
            throw new RunnerException(ExitCode.Usage, $"--only names '{unknown}', which is no service",
                $"services are: {string.Join(", ", context.Manifest.Services.Keys)}");
        var git = await context.Git.ReadAsync(context.Manifest.Root, cancellationToken);
        var version = options.Version
            ?? VersionName.For(context.Environment.Name, git, context.Time.GetUtcNow(), name => context.Releases.Find(name) is not null);
        run.Version = version;
        context.Reporter.Report(new ReleaseNamed(version, git.Commit));
        return new Source(version, git.Commit, !git.Dirty);
    }

    /// <summary>Builds every service, or those asked for and the others from the current release.</summary>
    public async Task<IReadOnlyDictionary<string, Artifact>> BuildAsync(
        Source source, DeployOptions options, CancellationToken cancellationToken)
    {
        var only = options.Only ?? [];
        var current = only.Count == 0 ? null : context.History().Current is { } version ? context.Releases.Find(version) : null;
        if (only.Count > 0 && current is null)
            throw new RunnerException(ExitCode.Usage, "--only takes the other services from the current release, and there is none",
                "deploy everything once");
        var request = new BuildRequest(source.Version, source.Commit, source.Clean, options.ForceRebuild, only);
        var built = await run.StepAsync(StepKind.Build, () => Building.RunAsync(context, request, cancellationToken));
        var artifacts = new Dictionary<string, Artifact>(current?.Artifacts ?? new Dictionary<string, Artifact>(), StringComparer.Ordinal);
        foreach (var (service, artifact) in built) artifacts[service] = artifact;
        var missing = context.Manifest.Services.Keys.Except(artifacts.Keys).ToList();
        if (missing.Count > 0)
            throw new RunnerException(ExitCode.GateFailed, $"the build gave nothing for {string.Join(", ", missing)}",
                "look at the build's output above");
        run.Artifacts = artifacts;
        return artifacts;
    }

    /// <summary>The integration gate; a manifest without one has nothing to ask.</summary>
    public async Task TestAsync(CancellationToken cancellationToken)
    {
        if (context.Manifest.Gates.Integration is { } gate)
            await run.GateAsync(StepKind.Test, "integration", gate, new GateSubject(null, null), null, cancellationToken);
        else
            context.Reporter.Report(new Warning("the manifest has no integration gate; nothing was tested before deploying"));
    }

    /// <summary>The release to go back to: the named one, or the last stable one.</summary>
    /// <exception cref="RunnerException">Exit code 17.</exception>
    public async Task<Release> ChooseReleaseAsync(string? version, bool force, CancellationToken cancellationToken)
    {
        var history = context.History();
        // Left to a person with a bad release in the traffic, the stable release is not behind but beside it.
        var left = await AnotherHasTheTrafficAsync(history, cancellationToken);
        var chosen = version ?? (left ? history.Current : history.RollbackTarget)
            ?? throw new RunnerException(ExitCode.NoSuchRelease,
                $"there is no stable release to go back to{(history.Current is { } only ? $" below the current {only}" : "")}",
                "deployrunner versions lists them all, and says of each why a rollback does not go there; name one to take it all "
                    + "the same");
        var release = context.Releases.Find(chosen)
            ?? throw new RunnerException(ExitCode.NoSuchRelease, $"there is no release {chosen}", "deployrunner versions lists them all");
        if (!force && !history.IsStable(chosen))
            throw new RunnerException(ExitCode.NoSuchRelease, $"the release {chosen} {history.WhyUnfit(chosen) ?? "never passed"}",
                "name one that is stable (deployrunner versions), or add --force");
        if (chosen == history.Current && !left)
            throw new RunnerException(ExitCode.NoSuchRelease, $"{chosen} is the current release",
                "name another one (deployrunner versions)");
        run.Version = chosen;
        return release;
    }

    /// <summary>
    /// Whether the last run left the target to a person while something else than the current release has the traffic; asked of what runs.
    /// </summary>
    private async Task<bool> AnotherHasTheTrafficAsync(History history, CancellationToken cancellationToken)
    {
        if (!history.LeftToAPerson || history.Current is not { } version || context.Releases.Find(version) is not { } current) return false;
        return await Target.ActiveSlotAsync(cancellationToken) is { } active
            && (await Target.InspectAsync(active, cancellationToken))
                .Any(service => current.Artifacts.GetValueOrDefault(service.Name)?.Digest != service.Digest);
    }
}

/// <summary>What is deployed, before it is built.</summary>
internal sealed record Source(string Version, string Commit, bool Clean);

/// <summary>Hands a build's progress on at once and in order; <see cref="Progress{T}"/> would do it later, elsewhere.</summary>
internal sealed class ReporterProgress(IReporter reporter) : IProgress<string>
{
    public void Report(string value) => reporter.Report(new Note(value));
}
