namespace ChainBridge.TestKit.Load;

/// <summary>
/// What makes a load and measures it. The seam for another generator: whatever measures, the same rules judge it
/// (<c>LoadTest</c>).
/// </summary>
public interface ILoadEngine
{
    /// <summary>Runs a plan. What goes wrong with the load itself is in the measurement, with what was measured until then.</summary>
    /// <param name="watcher">Sees each window as it ends, and may end the run; null for none.</param>
    /// <exception cref="LoadPlanException">The plan cannot be run.</exception>
    Task<LoadMeasurement> RunAsync(LoadPlan plan, ILoadWatcher? watcher, CancellationToken cancellationToken);
}

/// <summary>Sees a load while it runs.</summary>
public interface ILoadWatcher
{
    /// <summary>A window has ended.</summary>
    /// <returns>Why the run should end now; null to go on.</returns>
    string? Sees(LoadWindow window);
}
