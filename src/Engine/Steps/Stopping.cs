using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Steps;

/// <summary>A step that stops services, and reports those that did not end when they were asked to.</summary>
internal static class Stopping
{
    public static Task ApplyAsync(
        DeploymentRun run, StepKind step, Func<Task<IReadOnlyList<KilledService>>> stop, Slot slot, string? named = null) =>
        run.ChangeAsync(step, async () =>
        {
            foreach (var killed in await stop()) run.Report(new ServiceKilled(killed.Name, killed.Grace));
        }, slot, named);
}
