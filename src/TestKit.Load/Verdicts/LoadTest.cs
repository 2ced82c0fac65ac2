namespace ChainBridge.TestKit.Load;

/// <summary>Runs plans and judges them.</summary>
/// <param name="engine">What makes the load: <see cref="LoadEngine.Process"/> as a rule.</param>
public sealed class LoadTest(ILoadEngine engine)
{
    /// <summary>Judges what was measured, here or elsewhere.</summary>
    public static LoadResult Judge(LoadPlan plan, LoadMeasurement measured) => Verdicts.Judge.Of(plan, measured);

    /// <summary>Runs a plan to its verdict.</summary>
    /// <param name="watcher">Sees each window, for a live display.</param>
    /// <param name="relative">Judges a limit against a baseline; null where there is none.</param>
    /// <exception cref="LoadPlanException">The plan cannot be run as it is.</exception>
    public async Task<LoadResult> RunAsync(
        LoadPlan plan, CancellationToken cancellationToken, ILoadWatcher? watcher = null,
        Func<LoadMeasurement, LoadLimit, LimitResult>? relative = null)
    {
        var measured = await engine.RunAsync(plan, new BeyondSaving(plan, watcher), cancellationToken).ConfigureAwait(false);
        return Verdicts.Judge.Of(plan, measured, relative is null ? null : limit => relative(measured, limit));
    }
}
