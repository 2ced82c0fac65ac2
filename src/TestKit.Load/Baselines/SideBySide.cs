using System.Globalization;

namespace ChainBridge.TestKit.Load;

/// <summary>Measures an old and a new release in turn on the same machine: what the machine does in an hour hits both.</summary>
public sealed class SideBySide(ILoadEngine engine)
{
    private static readonly IReadOnlyList<LoadLimit> Usual =
        [.. new[] { 50, 95, 99 }.Select(percent =>
            LoadLimit.Parse($"p{percent.ToString(CultureInfo.InvariantCulture)} <= baseline + 10% + 1ms"))];

    /// <summary>
    /// The plan as it is compared: where it has no limit against a baseline, with p50, p95 and p99 within 10 % and 1 ms of it.
    /// </summary>
    public static LoadPlan Comparing(LoadPlan plan) =>
        plan.Limits.Any(limit => limit.Tolerance is not null) ? plan : plan with { Limits = [.. plan.Limits, .. Usual] };

    /// <summary>Runs the plan against both, old new new old …, and judges the new one.</summary>
    /// <param name="rounds">How often each is measured.</param>
    public async Task<LoadResult> RunAsync(
        LoadPlan plan, Uri old, Uri candidate, int rounds, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        if (rounds < 1) throw new LoadPlanException($"{rounds} rounds compare nothing: at least 1");
        plan = Comparing(plan);
        LoadMeasurement? before = null, after = null;
        // Of each round by itself: in the sum a round that was late, or broke, is hidden by the others.
        var (doubtsBefore, doubtsAfter) = (new List<string>(), new List<string>());
        for (var round = 0; round < rounds; round++)
            foreach (var isOld in round % 2 == 0 ? new[] { true, false } : [false, true])
            {
                // Cancelled, what both have until then is judged, and says that it is not all.
                if (cancellationToken.IsCancellationRequested && before is not null && after is not null) continue;
                var part = await PartAsync(plan with { Target = isOld ? old : candidate }, watcher, before is not null && after is not null,
                    cancellationToken).ConfigureAwait(false);
                if (part is null) continue;
                (isOld ? doubtsBefore : doubtsAfter).AddRange(Doubts.Of(plan, part).Select(doubt => $"round {round + 1}: {doubt}"));
                if (isOld) before = Longer(before, part);
                else after = Longer(after, part);
            }

        if (cancellationToken.IsCancellationRequested)
        {
            after!.EndedEarly ??= "it was cancelled";
            doubtsAfter.Add($"it was cancelled before all {rounds} rounds were over");
        }

        var judge = new BaselineJudge(plan, new(plan.Name, $"{old}", plan.Comparable(), before!), inTurn: true) { Known = doubtsBefore };
        return Judge.Of(plan with { Target = candidate, Shape = Repeated(plan.Shape, rounds) }, after!, limit =>
            judge.Judge(after!, limit), doubtsAfter);
    }

    /// <returns>Null when it was cancelled before it measured anything, and that is enough.</returns>
    private async Task<LoadMeasurement?> PartAsync(
        LoadPlan plan, ILoadWatcher? watcher, bool enough, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.RunAsync(plan, watcher, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough)
        {
            return null;
        }
    }

    /// <summary>One run after another, not beside it: times and windows follow.</summary>
    private static LoadMeasurement Longer(LoadMeasurement? sum, LoadMeasurement next)
    {
        if (sum is null) return next;
        var (began, elapsed) =
            (sum.Windows.Count == 0 ? TimeSpan.Zero : sum.Windows[^1].At + sum.Windows[^1].For, sum.Elapsed + next.Elapsed);
        var windows = next.Windows.ConvertAll(window => window with { At = window.At + began });
        next.Windows.Clear();
        sum.Add(next);
        sum.Windows.AddRange(windows);
        sum.Elapsed = elapsed;
        return sum;
    }

    private static LoadShape Repeated(LoadShape shape, int rounds) => shape switch
    {
        ArrivalRates rates => Enumerable.Repeat(rates, rounds).Aggregate((all, next) => all.Then(next)),
        UserCounts users => Enumerable.Repeat(users, rounds).Aggregate((all, next) => all.Then(next)),
        RecordedArrivals recorded => new RecordedArrivals([.. Enumerable.Range(0, rounds)
            .SelectMany(round => recorded.At.Select(at => at + (round * recorded.Duration)))]),
        _ => shape,
    };
}
