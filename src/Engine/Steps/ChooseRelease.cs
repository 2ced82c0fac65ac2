using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>Chooses the release to go back to: the named one, or the last stable one.</summary>
/// <param name="force">Take one that never passed.</param>
internal sealed class ChooseRelease(string? version, bool force) : Step
{
    /// <exception cref="EngineException"><see cref="Failure.NoSuchRelease"/>.</exception>
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (context, history) = (run.Context, run.Journal.History());
        // Left to a person with a bad release in the traffic, the stable release is not behind but beside it.
        var left = run.HostsDiffered || await AnotherHasTheTrafficAsync(run, history, cancellationToken);
        var chosen = version ?? (left ? history.Current : history.RollbackTarget)
            ?? throw new EngineException(Failure.NoSuchRelease,
                $"there is no stable release to go back to{(history.Current is { } only ? $" below the current {only}" : "")}",
                "deployrunner versions lists them all, and for each why a rollback does not go there; name one to take it all "
                    + "the same");
        var release = context.State.Releases.Find(chosen)
            ?? throw new EngineException(Failure.NoSuchRelease, $"there is no release {chosen}", "deployrunner versions lists them all");
        if (!force && !history.IsStable(chosen))
            throw new EngineException(Failure.NoSuchRelease, $"the release {chosen} {history.WhyUnfit(chosen) ?? "never passed"}",
                "name one that is stable (deployrunner versions), or add --force");
        if (chosen == history.Current && !left)
            throw new EngineException(Failure.NoSuchRelease, $"{chosen} is the current release",
                "name another one (deployrunner versions)");
        (run.Version, run.Chosen) = (chosen, release);
        run.Named(chosen, release.Commit, history.Current);
    }

    /// <summary>
    /// Whether the last run left the environment to a person while something else than the current release has
    /// traffic; asked of what runs.
    /// </summary>
    private static async Task<bool> AnotherHasTheTrafficAsync(DeploymentRun run, History history, CancellationToken cancellationToken)
    {
        if (!history.LeftToAPerson || history.Current is not { } version || run.Context.State.Releases.Find(version) is not { } current)
            return false;
        var asked = await run.Platform.Hosts.AskAsync(async host =>
        {
            var shares = await host.Traffic.SharesAsync(cancellationToken);
            foreach (var slot in Enum.GetValues<Slot>().Where(slot => shares.Of(slot) > 0))
                if ((await host.InspectAsync(slot, cancellationToken))
                    .Any(service => current.Artifacts.GetValueOrDefault(service.Name)?.Digest != service.Digest)) return true;
            return false;
        }, cancellationToken);
        return asked.Any(another => another.Answer);
    }
}
