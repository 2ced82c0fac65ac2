using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>The platform can be used; asks nothing else.</summary>
internal sealed class Reach : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) =>
        run.Platform.EnsureReachableAsync(cancellationToken);
}

/// <summary>
/// Looks for reasons not to start: unreachable, a lock that is held, a journal that was changed, a port that is taken, and what the
/// checks of the manifest's <c>preflight</c> find. All are named at once.
/// </summary>
/// <param name="skipChecks">Leave the checks out; what makes a deployment impossible is asked all the same.</param>
internal sealed class Preflight(bool skipChecks) : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) => run.AskAsync(StepKind.Preflight, async () =>
    {
        await run.Platform.EnsureReachableAsync(cancellationToken);
        run.Context.State.Lock.RefuseIfHeld();
        var journal = run.Journal.Read();
        foreach (var ignored in journal.Ignored) run.Report(new Warning(ignored));
        journal.Whole();
        foreach (var what in run.Skipped) run.Report(new Warning($"--skip-{what}: every report of this release names it from now on"));
        var reasons = await run.Platform.PreflightAsync(cancellationToken);
        var results = skipChecks ? [] : await CheckAsync(run, cancellationToken);
        if (reasons.Count == 0 && results.Count == 0) return;
        var failure = reasons.Count > 0 ? Failure.Refused : CheckResult.Of(results)!.Value;
        throw new EngineException(failure, $"preflight {(failure == Failure.Inconclusive ? "is inconclusive" : "refused")}: "
            + string.Join("; ", reasons.Concat(results.Select(Words))),
            string.Join("; ", results.Where(result => result.NextStep is not null).Select(result => $"{result.Name}: {result.NextStep}")
                .Prepend(reasons.Count > 0 ? "remove what is named, then deploy again" : null).OfType<string>()));
    }, planned: skipChecks ? "its checks are left out"
        : run.Context.Preflight.Count == 0 ? null : $"checks: {string.Join(", ", run.Context.Preflight.Select(check => check.Name))}");

    /// <summary>The results that did not end well.</summary>
    private static async Task<IReadOnlyList<CheckResult>> CheckAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Context.Preflight.Count == 0) return [];
        var time = run.Context.Runner.Time;
        var started = time.GetTimestamp();
        var results = await new Examination(time).AskAsync(run.Context.Preflight, cancellationToken);
        var bad = results.Where(result => !result.EndedWell).ToList();
        var verdict = CheckResult.Of(bad) switch { null => Verdict.Pass, Failure.Inconclusive => Verdict.Inconclusive, _ => Verdict.Fail };
        var summary = bad.Count == 0
            ? $"{string.Join(", ", results.Select(result => result.Name))}: ok"
            : string.Join("; ", bad.Select(Words));
        run.Report(new GateFinished(new GateResult("preflight", verdict, summary, [.. results.Select(result => new Evidence(result.Name,
            result.Evidence, Judged(result), time.GetUtcNow(), "runner"))], null, time.GetElapsedTime(started))));
        return bad;
    }

    private static Verdict Judged(CheckResult result) => result.Verdict switch
    {
        CheckVerdict.Ok or CheckVerdict.Warning => Verdict.Pass, CheckVerdict.Problem => Verdict.Fail, _ => Verdict.Inconclusive,
    };

    private static string Words(CheckResult result) =>
        $"{result.Name}{(result.Verdict == CheckVerdict.CouldNotAsk ? " could not be asked" : "")}: {result.Evidence}";
}
