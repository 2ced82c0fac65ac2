namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Generates from this process: for scenarios that need what lives in it. Its own work and the load disturb each other.</summary>
internal sealed class InProcessEngine(TimeProvider time, IPacer pacer) : ILoadEngine
{
    public Task<LoadMeasurement> RunAsync(LoadPlan plan, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        plan.Check();
        return new LoadSession(plan, ScenarioLoader.Make(plan.Scenario), 0, 1, time, pacer)
            .RunAsync(() => Task.CompletedTask, watcher, cancellationToken);
    }
}
