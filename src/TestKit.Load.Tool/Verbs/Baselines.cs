namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>
/// The baselines of a run. In the gate of a deployment the stable release's is the one that counts, and what passed is kept as the
/// candidate's: only if that is promoted will it ever be compared with.
/// </summary>
/// <param name="surroundings">Hears of one that cannot be kept.</param>
internal sealed class Baselines(BaselineStore? store, string? against, string? save, DeploymentGate? gate, Surroundings surroundings)
{
    /// <summary>How many of a scenario stay in a gate's own folder, beside the stable release's.</summary>
    public const int Kept = 20;

    private bool _kept;

    /// <summary>Whether the folder is the gate's own: of another one nothing is removed.</summary>
    private bool Own { get; init; }

    /// <summary>The options, with the gate's own values for those that are not given.</summary>
    /// <exception cref="LoadPlanException">They do not fit each other.</exception>
    public static Baselines Of(string? folder, string? against, string? save, Surroundings surroundings)
    {
        var gate = DeploymentGate.Around(surroundings);
        var place = folder ?? gate?.Baselines;
        if (save is not null && place is null)
            throw new LoadPlanException("--save-baseline needs --baselines: the folder to keep it in");
        return new(place is null ? null : new(place), against ?? gate?.Stable, save ?? gate?.Expected, gate, surroundings)
        {
            Own = folder is null,
        };
    }

    /// <summary>What judges the limits against a baseline.</summary>
    /// <exception cref="LoadPlanException">One cannot be read, or a version cannot name one.</exception>
    public async Task<BaselineJudge> JudgeAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        var any = gate is null || against is not null;
        var baseline = store is null || !any ? null : await store.FindAsync(plan.Name, against, cancellationToken);
        // Refused here what would be found out after the run only.
        if (store is not null && save is not null) await store.FindAsync(plan.Name, save, cancellationToken);
        // It is what the release was promoted with: measured again and again, it would drift along with the machine.
        _kept = gate is not null && save == against && baseline?.Comparable == plan.Comparable();
        return WhyNone(any) is { } why ? new(plan, baseline) { WhyNone = why } : new(plan, baseline);
    }

    /// <summary>The run is judged already: a baseline that cannot be kept changes nothing of its verdict.</summary>
    public async Task SaveAsync(LoadResult result, CancellationToken cancellationToken)
    {
        if (store is null || save is null || _kept) return;
        try
        {
            await store.SaveAsync(result, save, cancellationToken);
            if (Own) store.Forget(result.Plan.Name, Kept, [.. new[] { against, gate?.Stable }.OfType<string>()]);
        }
        catch (Exception refused) when (refused is LoadPlanException or IOException or UnauthorizedAccessException)
        {
            await surroundings.Errors.WriteLineAsync($"the baseline {save} was not saved: {refused.Message}");
        }
    }

    private string? WhyNone(bool any) =>
        !any ? "there is no stable release yet to compare with: promote the first one by hand (deployrunner promote)"
        : against is not null && store is not null ? $"there is no baseline of {against}: nothing was kept of it here"
        : null;
}
