using System.Globalization;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;
using ChainBridge.Statistics;

namespace ChainBridge.Engine.Steps;

/// <summary>Compares what the edge counts of two releases while both have traffic, until it is clear which way it goes.</summary>
internal sealed class CanaryWatch(FlowContext context, Attempt attempt, CanarySpec spec, int percent)
{
    /// <summary>The first looks are for releases that are plainly bad: at an eighth, a quarter and a half of the time.</summary>
    private const int Parts = 8;

    /// <summary>Below this a difference of times is none, in microseconds.</summary>
    private const double Negligible = 1000;

    private readonly MayBeWorse _limits = new(spec.MaxMoreFailed, new(spec.MaxSlower, Negligible));

    /// <summary>Watches for the time that the share lasts, and longer while there is not enough data.</summary>
    /// <param name="most">How long at most, from the change of the shares.</param>
    public async Task<GateResult> WatchAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        var began = context.Runner.Time.GetTimestamp();
        var answered = "nothing";
        SideBySide? compared = null;
        try
        {
            var first = await BothAsync(cancellationToken);
            await UntilAsync(spec.WarmUp, began, cancellationToken);
            var warm = spec.WarmUp == TimeSpan.Zero ? first : await BothAsync(cancellationToken);
            foreach (var (look, at, mayPass, isLast) in Looks(most - spec.WarmUp))
            {
                await UntilAsync(spec.WarmUp + at, began, cancellationToken);
                if (await NowAsync(isLast, cancellationToken) is not { } now) continue;
                if (!now.Starts.SequenceEqual(first.Starts) || !warm.Starts.SequenceEqual(first.Starts))
                    return Result(Verdict.Inconclusive, "the edge was started again meanwhile, so its count is not whole", began);
                var (before, after) = (Window(first.Old, warm.Old, now.Old), Window(first.Candidate, warm.Candidate, now.Candidate));
                compared = SideBySide.Of(before, after, _limits, look, compared);
                answered = Words(before, after, compared);
                if (compared.Outcome == ComparisonOutcome.Fail) return Result(Verdict.Fail, answered, began);
                if (compared.Outcome == ComparisonOutcome.Pass && mayPass) return Result(Verdict.Pass, answered, began);
                if (!isLast) context.Runner.Reporter.Report(new Note($"canary at {percent} %: {answered}"));
            }
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            return Result(Verdict.Inconclusive, away.Message, began);
        }

        return Result(Verdict.Inconclusive, $"not enough data to compare them: {answered}", began);
    }

    /// <summary>
    /// Looks at an eighth, a quarter, a half and the whole of the time that the share lasts at least, at each doubling after that, and at
    /// the end. Each look can err, so there are few. A release passes only from the whole on.
    /// </summary>
    private IEnumerable<(int Number, TimeSpan At, bool MayPass, bool IsLast)> Looks(TimeSpan most)
    {
        var number = 0;
        for (var parts = 1L; spec.For / Parts * parts < most; parts *= 2)
            yield return (++number, spec.For / Parts * parts, parts >= Parts, IsLast: false);
        yield return (++number, most, MayPass: true, IsLast: true);
    }

    private async Task UntilAsync(TimeSpan due, long began, CancellationToken cancellationToken)
    {
        if (due - context.Runner.Time.GetElapsedTime(began) is { Ticks: > 0 } pause)
            await Task.Delay(pause, context.Runner.Time, cancellationToken);
    }

    /// <summary>An edge that does not answer is asked again at the next look; at the last one it must answer.</summary>
    private async Task<Both?> NowAsync(bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            return await BothAsync(cancellationToken);
        }
        catch (EngineException away) when (!isLast && away.Failure == Failure.Unreachable)
        {
            context.Runner.Reporter.Report(new Note($"not answered: {away.Message}"));
            return null;
        }
    }

    private async Task<Both> BothAsync(CancellationToken cancellationToken)
    {
        var hosts = await context.Platform.Hosts.AskAsync(async host => (
            Old: await host.Traffic.FiguresAsync(attempt.PreviousSlot!.Value, cancellationToken),
            Candidate: await host.Traffic.FiguresAsync(attempt.Candidate, cancellationToken)), cancellationToken);
        return new([.. hosts.Select(host => host.Answer.Old)], [.. hosts.Select(host => host.Answer.Candidate)]);
    }

    /// <summary>
    /// All hosts together: the shares are the same on each. Failures count from the change of the shares, times from the end of the
    /// warm-up.
    /// </summary>
    private static Served Window(IReadOnlyList<SlotFigures> first, IReadOnlyList<SlotFigures> warm, IReadOnlyList<SlotFigures> now)
    {
        var times = now.Zip(warm, (later, earlier) => earlier.Durations is { } before ? later.Durations?.Since(before) : null)
            .OfType<Latencies>().SelectMany(host => host.Buckets).GroupBy(bucket => bucket.Key, bucket => bucket.Value);
        return new(new(now.Sum(Failed) - first.Sum(Failed), now.Sum(host => host.Requests) - first.Sum(host => host.Requests)),
            new(times.Select(bucket => KeyValuePair.Create(bucket.Key, bucket.Sum()))));
    }

    private static long Failed(SlotFigures figures) => figures.Failed + figures.Broken + figures.GivenUp;

    private string Words(Served before, Served after, SideBySide compared) => string.Join("; ", compared.Figures.Select(figure =>
        (figure.Outcome == ComparisonOutcome.Fail ? "worse: " : figure.LooksWorse ? "perhaps worse: " : "") + (figure.Name == "failed"
            ? $"{Counted(after.Failed)} requests failed, {Counted(before.Failed)} beside it"
            : $"{figure.Name} {Milliseconds(figure.After)}, {Milliseconds(figure.Before)} beside it")));

    private GateResult Result(Verdict verdict, string answered, long began)
    {
        var (slot, beside) = (attempt.Candidate.Name(), attempt.PreviousSlot!.Value.Name());
        return new("canary", verdict, $"{attempt.Release.Version} at {percent} %: {answered}",
            [new($"the edge's own count of slot {slot}, and of {beside} beside it", answered, verdict, context.Runner.Time.GetUtcNow(),
                "runner")], null, context.Runner.Time.GetElapsedTime(began));
    }

    private static string Counted(Part part) => string.Create(CultureInfo.InvariantCulture,
        $"{part.Events} of {part.Of}{(part.Events == 0 ? "" : $" ({100 * part.Share:0.##} %)")}");

    private static string Milliseconds(double microseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.#} ms");

    /// <summary>What was counted of both, as good as in the same moment; host by host.</summary>
    private sealed record Both(IReadOnlyList<SlotFigures> Old, IReadOnlyList<SlotFigures> Candidate)
    {
        /// <summary>Figures of two starts of an edge cannot be compared.</summary>
        public IEnumerable<string> Starts => Old.Concat(Candidate).Select(figures => figures.Start);
    }
}
