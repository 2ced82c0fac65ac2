using System.Globalization;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Judges the candidate at a share of the traffic, beside the old release.</summary>
/// <param name="inconclusiveIsEnough">
/// A person decided on evidence of their own: more data is not waited for, and a failure still goes back.
/// </param>
internal sealed class Compare(CanarySpec spec, int percent, bool inconclusiveIsEnough) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (Shift.WhyNot(run) is not null) return;
        var most = inconclusiveIsEnough ? spec.WarmUp + spec.For : spec.WaitFor;
        await run.UnlessDecidedAsync(inconclusiveIsEnough, () => run.JudgeAsync(StepKind.Compare,
            () => new CanaryWatch(run.Context, run.Attempted, spec, percent).WatchAsync(most, cancellationToken), run.Attempted.Candidate,
            [string.Create(CultureInfo.InvariantCulture, $"at {percent} %, {(spec.WarmUp + spec.For).TotalSeconds:0.#} s to "
                + $"{most.TotalSeconds:0.#} s: {100 * spec.MaxMoreFailed:0.##} % more of the requests may fail than beside it, p50 and p99 "
                + $"may be {100 * spec.MaxSlower:0.##} % longer")]));
    }
}
