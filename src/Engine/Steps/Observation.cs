using System.Globalization;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Watches a release that has the traffic: probes at a steady rate through the public door, the edge's own count of its
/// requests, and whether each service runs, is healthy and was never started again.
/// </summary>
/// <param name="host">Of several hosts each has an observation of its own.</param>
internal sealed class Observation(
    FlowContext context, PlatformHost host, Slot slot, Release release, ReleaseGates gates, LatencyWatch latencies)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Probes that wait for their answers at the same time; a release that hangs is not buried under more.</summary>
    private const int MostUnderWay = 50;

    private readonly ObserveSpec _spec = gates.Observe;
    private readonly ServiceWatch _services = new(release);
    private readonly List<Evidence> _answers = [];
    private readonly List<Evidence> _failures = [];
    private SlotFigures? _first;
    private SlotFigures? _last;

    /// <summary>Watches for the time that the release's gates set, or until it is clear that the release fails.</summary>
    /// <param name="subject">The public doors.</param>
    public async Task<GateResult> WatchAsync(GateSubject subject, CancellationToken cancellationToken)
    {
        var began = context.Runner.Time.GetTimestamp();
        var probes = Probes();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new List<Task>();
        try
        {
            _first = await host.Platform.Traffic.FiguresAsync(slot, ending.Token);
            await latencies.BeginAsync(ending.Token);
            // The window begins when there is something to compare with: an edge that is slow to answer must not use it up.
            began = context.Runner.Time.GetTimestamp();
            await AskSteadilyAsync(probes, subject, began, underWay, ending.Token);
            await Task.WhenAll(underWay);
            await LookAsync(ending.Token);
            // One bad answer of a health route is no verdict; the second in a row is.
            if (_services.IsUncertain) await LookAsync(ending.Token);
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            return Result(Verdict.Inconclusive, [NewEvidence("the target", away.Message, Verdict.Inconclusive)], began);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Judge(subject, probes, began);
    }

    /// <summary>
    /// Probes that change nothing, so that they can be asked hundreds of times; the health route where there are none. One that expects a
    /// failure would be counted as one by the edge.
    /// </summary>
    private IReadOnlyList<ProbeSpec> Probes() =>
        gates.Smoke.Probes.Where(probe => probe is { Method: "GET" or "HEAD", Status: < 500 }).ToList() is { Count: > 0 } steady
            ? steady
            : [RecordedGates.Health(release, gates.Smoke.Probes.FirstOrDefault())];

    private async Task AskSteadilyAsync(
        IReadOnlyList<ProbeSpec> probes, GateSubject subject, long began, List<Task> underWay, CancellationToken cancellationToken)
    {
        var (due, lookDue, look) = (TimeSpan.Zero, TimeSpan.Zero, Task.CompletedTask);
        for (var next = 0; ; next++)
        {
            if (underWay.Find(task => task.IsFaulted || task.IsCanceled) is { } broken) await broken;
            if (due - context.Runner.Time.GetElapsedTime(began) is { Ticks: > 0 } pause)
                await Task.Delay(pause, context.Runner.Time, cancellationToken);
            var elapsed = context.Runner.Time.GetElapsedTime(began);
            // However short the window and busy the machine: a release that was never asked was not observed.
            if (next > 0 && (elapsed >= _spec.For || IsClear(elapsed))) break;
            if (elapsed >= lookDue && look.IsCompleted)
            {
                await look;
                underWay.Remove(look);
                underWay.Add(look = LookIfAnsweredAsync(cancellationToken));
                lookDue = elapsed + LookEvery;
            }

            underWay.RemoveAll(task => task.IsCompletedSuccessfully);
            // Each answer is waited for beside the others: a slow one must not slow the rate down.
            if (underWay.Count < MostUnderWay) underWay.Add(AskAsync(probes[next % probes.Count], subject, cancellationToken));
            // After a stall of this machine the rate goes on; what was missed is not sent in a burst.
            due = due + _spec.Every > elapsed ? due + _spec.Every : elapsed;
        }
    }

    private async Task AskAsync(ProbeSpec probe, GateSubject subject, CancellationToken cancellationToken)
    {
        var answer = await context.Gates.AskAsync(probe, subject, cancellationToken);
        lock (_answers)
        {
            _answers.Add(answer);
            if (answer.Verdict == Verdict.Fail) _failures.Add(answer);
        }
    }

    /// <summary>In the middle of the window an edge or engine that does not answer is asked again; at its end it must answer.</summary>
    private async Task LookIfAnsweredAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
            context.Runner.Reporter.Report(new Note(host.Of(Progress())));
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            context.Runner.Reporter.Report(new Note(host.Says($"not answered: {away.Message}")));
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        _services.Saw(await host.Platform.InspectAsync(slot, cancellationToken));
        var figures = await host.Platform.Traffic.FiguresAsync(slot, cancellationToken);
        if (figures.Start != _first!.Start)
            throw new EngineException(Failure.Unreachable,
                "the edge was started again during the observation, so its count is not whole",
                "deployrunner logs and the edge's own log show why");
        _last = figures;
    }

    /// <summary>
    /// Whether watching longer could no longer change the verdict: a service died, or so much failed that a faultless rest
    /// would not make up for it.
    /// </summary>
    private bool IsClear(TimeSpan elapsed)
    {
        if (_services.Fault is not null) return true;
        if (elapsed <= TimeSpan.Zero) return false;
        var whole = Math.Max(1, _spec.For / elapsed);
        lock (_answers)
            return _failures.Count > _spec.MaxFailedShare * _answers.Count * whole || Failed > _spec.MaxFailedShare * Requests * whole;
    }

    /// <summary>The probes that no identifiable release answered.</summary>
    private string Unasked() => _answers.FirstOrDefault(answer => answer.Verdict == Verdict.Inconclusive) is { } first
        ? $"; {_answers.Count(answer => answer.Verdict == Verdict.Inconclusive)} could not be asked, the first: {first.Answered}"
        : "";

    private long Requests => _last is null ? 0 : _last.Requests - _first!.Requests;

    private long Failed => _last is null ? 0 : _last.Failed - _first!.Failed + _last.Broken - _first.Broken;

    private string Progress()
    {
        lock (_answers)
            return $"observing {release.Version}: {Plural.Of(_answers.Count, "probe")}, {_failures.Count} failed; the edge counted "
                + $"{Plural.Of(Requests, "request")}, {Failed} failed";
    }

    private GateResult Judge(GateSubject subject, IReadOnlyList<ProbeSpec> probes, long began)
    {
        var asked = _answers.Count(answer => answer.Verdict != Verdict.Inconclusive);
        var (first, last) = (_first!, _last!);
        var (times, timely) = latencies.Judge(first, last);
        List<Evidence> evidence =
        [
            NewEvidence($"{string.Join(", ", release.Services.Keys)} in slot {slot.Name()}", _services.Fault
                ?? "each ran, was healthy and was never started again", _services.Fault is null ? Verdict.Pass : Verdict.Fail),
            NewEvidence(
                $"{string.Join(", ", probes.Select(probe => $"{probe.Method} {probe.Path}"))} through {subject.BaseUrl}, "
                    + $"every {_spec.Every.TotalMilliseconds:0} ms",
                asked == 0 ? $"no probe could be asked: {_answers[0].Answered}" : $"{Share(_failures.Count, asked)} "
                    + $"probes failed{(_failures.Count == 0 ? "" : $"; the first: {_failures[0].Asked}: {_failures[0].Answered}")}"
                    + Unasked(),
                asked == 0 || _answers.Count - asked > _spec.MaxFailedShare * _answers.Count
                    ? _failures.Count > _spec.MaxFailedShare * _answers.Count ? Verdict.Fail : Verdict.Inconclusive
                    : Within(_failures.Count, asked)),
            NewEvidence($"the edge's own count for slot {slot.Name()}",
                $"{Share(Failed, Requests)} requests failed ({last.Failed - first.Failed} answered with 500 or above, "
                    + $"{last.Broken - first.Broken} refused or broken off)", Within(Failed, Requests)),
            NewEvidence($"the edge's own times for slot {slot.Name()}", times, timely),
        ];
        var verdict = evidence.Any(piece => piece.Verdict == Verdict.Fail) ? Verdict.Fail
            : evidence.Any(piece => piece.Verdict == Verdict.Inconclusive) ? Verdict.Inconclusive : Verdict.Pass;
        return Result(verdict, evidence, began, times);
    }

    private GateResult Result(Verdict verdict, IReadOnlyList<Evidence> evidence, long began, string? times = null)
    {
        var took = context.Runner.Time.GetElapsedTime(began);
        var summary = verdict == Verdict.Pass
            ? $"{took.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s, {Progress()["observing ".Length..]}; {times}"
            : string.Join("; ", evidence.Where(piece => piece.Verdict == verdict).Select(piece => $"{piece.Asked}: {piece.Answered}"));
        return new GateResult("observation", verdict, summary, evidence, null, took);
    }

    private Verdict Within(long failed, long all) => failed > _spec.MaxFailedShare * all ? Verdict.Fail : Verdict.Pass;

    private string Share(long failed, long all) =>
        string.Create(CultureInfo.InvariantCulture, $"{failed} of "
            + $"{all}{(failed == 0 ? "" : $" ({100.0 * failed / all:0.#} %; maxFailedShare allows {100 * _spec.MaxFailedShare:0.#} %)")}");

    private Evidence NewEvidence(string asked, string answered, Verdict verdict) =>
        new(asked, answered, verdict, context.Runner.Time.GetUtcNow(), "runner");
}
