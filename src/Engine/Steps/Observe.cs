using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Watches the release while it has the traffic and the old one is still warm.</summary>
/// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
internal sealed class Observe(bool inconclusiveIsEnough = false) : Step
{
    private const string Off = "switched off: gates.observe.for is 0s";

    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release, spec) = (run.Attempted.Candidate, run.Attempted.Release, run.Gates.Observe);
        if (spec.IsOff)
        {
            run.Report(new Warning($"nothing observes {release.Version} before it is promoted ({Off})"));
            await run.AskAsync(StepKind.Observe, () => Task.CompletedTask, slot, entry => entry with { Detail = Off });
            return;
        }

        await run.UnlessDecidedAsync(inconclusiveIsEnough, async () =>
        {
            var subjects = await Subjects.PublicAsync(run, slot, release, cancellationToken);
            await run.JudgeAsync(StepKind.Observe, () => WatchAsync(run, subjects, cancellationToken), slot,
                [$"for {spec.For.TotalSeconds:0.#} s, a probe every {spec.Every.TotalMilliseconds:0} ms; at most {spec.MaxFailedShare:P0} "
                    + $"may fail{(spec.MaxP99 is { } longest ? $", 99 of 100 answers within {longest.TotalMilliseconds:0.#} ms" : "")}"]);
        });
    }

    /// <summary>Every host for itself, at the same time: what one of them does badly must not be lost among the others.</summary>
    private static async Task<GateResult> WatchAsync(
        DeploymentRun run, IReadOnlyList<GateSubject> subjects, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        var watched = run.Platform.Hosts.All.Zip(subjects, (host, subject) => new Observation(run.Context, host, slot, release, run.Gates,
            new LatencyWatch(host.Platform.Traffic, run.Attempted.PreviousSlot, run.Before?.GetValueOrDefault(host), run.Gates.Observe))
            .WatchAsync(subject, cancellationToken));
        return HostResults.Together([.. subjects.Zip(await Task.WhenAll(watched), (subject, result) => (subject.Host, result))]);
    }
}
