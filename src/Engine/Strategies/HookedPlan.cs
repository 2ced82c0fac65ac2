using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Strategies;

/// <summary>Puts the hooks of a manifest into a plan.</summary>
internal static class HookedPlan
{
    /// <summary>The plan with the hooks around its steps.</summary>
    public static Plan With(this Plan plan, IReadOnlyList<HookSpec> hooks) => hooks.Count == 0 ? plan : plan with
    {
        Before = [.. Around(plan.Before, hooks)], Steps = [.. Around(plan.Steps, hooks)],
    };

    private static IEnumerable<Step> Around(IReadOnlyList<Step> steps, IReadOnlyList<HookSpec> hooks)
    {
        for (var at = 0; at < steps.Count; at++)
        {
            var (step, point) = (steps[at], PointOf(steps[at]));
            // Steps that are one part of a plan to its readers have their hooks around all of them.
            var (first, last) = (at == 0 || PointOf(steps[at - 1]) != point, at == steps.Count - 1 || PointOf(steps[at + 1]) != point);
            if (first) foreach (var hook in Of(before: true)) yield return new Hook(hook);
            yield return step;
            if (last) foreach (var hook in Of(before: false)) yield return new Hook(hook);

            IEnumerable<HookSpec> Of(bool before) =>
                point is null ? [] : hooks.Where(hook => hook.Before == before && hook.Point == point);
        }
    }

    private static HookPoint? PointOf(Step step) => step switch
    {
        Preflight => HookPoint.Preflight,
        Build => HookPoint.Build,
        IntegrationGate => HookPoint.Test,
        Prepare => HookPoint.Prepare,
        Migrate => HookPoint.Migrate,
        LayOut or ReplaceInner or StartCandidate => HookPoint.Start,
        SmokeCandidate => HookPoint.Smoke,
        Shift or Compare => HookPoint.Canary,
        HandOverWork or Switch => HookPoint.Switch,
        SmokePublic => HookPoint.Verify,
        Observe => HookPoint.Observe,
        Commit => HookPoint.Promote,
        Drain => HookPoint.Drain,
        StopOld => HookPoint.Stop,
        Retain => HookPoint.Retain,
        _ => null,
    };
}
