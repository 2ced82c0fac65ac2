using System.Globalization;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// How fast a release answers while it is observed, beside how fast the one before answered while the candidate was started and proved.
/// Only reported, unless the manifest has a limit.
/// </summary>
/// <param name="old">Where the release before is; null when there is none.</param>
/// <param name="before">What was counted for it when the candidate's start began; null when the edge could not be asked.</param>
internal sealed class LatencyWatch(ITraffic traffic, Slot? old, SlotFigures? before, ObserveSpec spec)
{
    private Latencies? _old;

    /// <summary>What each edge has counted until now for the slot of the release before; without those that do not answer.</summary>
    /// <param name="report">Gets a line for each that does not.</param>
    public static async Task<IReadOnlyDictionary<PlatformHost, SlotFigures>> BeforeAsync(
        HostGroup hosts, Slot old, Action<string> report, CancellationToken cancellationToken)
    {
        var before = new Dictionary<PlatformHost, SlotFigures>();
        foreach (var host in hosts.All)
            try
            {
                before[host] = await host.Platform.Traffic.FiguresAsync(old, cancellationToken);
            }
            catch (EngineException away) when (away.Failure == Failure.Unreachable)
            {
                report($"not measured of the release before: {host.Says(away.Message)}");
            }

        return before;
    }

    /// <summary>Looks at the release before, which has no new requests any more.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (old is not { } slot || before is null) return;
        try
        {
            _old = Between(before, await traffic.FiguresAsync(slot, cancellationToken));
        }
        catch (EngineException away) when (away.Failure == Failure.Unreachable)
        {
            // Whether the edge answers is asked of the release that is observed.
        }
    }

    /// <summary>What was measured of the release that is observed, and what that means.</summary>
    public (string Answered, Verdict Verdict) Judge(SlotFigures first, SlotFigures last)
    {
        var now = Between(first, last);
        if (now is not { Count: > 0 } measured)
            return ($"no whole answer was measured{Limit}", spec.MaxP99 is null ? Verdict.Pass : Verdict.Inconclusive);
        var before = _old is { Count: > 0 } then
            ? $"the release before, until the switch: {Shown(then)}"
            : "the release before had no answers to compare with";
        return ($"{Shown(measured)}; {before}{Limit}", measured.Percentile(0.99) > spec.MaxP99 ? Verdict.Fail : Verdict.Pass);
    }

    private string Limit => spec.MaxP99 is { } limit ? $"; maxP99 allows {Milliseconds(limit)}" : "";

    private static Latencies? Between(SlotFigures first, SlotFigures last) =>
        first.Start == last.Start && first.Durations is { } earlier ? last.Durations?.Since(earlier) : null;

    private static string Shown(Latencies times) =>
        $"p50 {Milliseconds(times.Percentile(0.5))}, p99 {Milliseconds(times.Percentile(0.99))} of {Plural.Of(times.Count, "answer")}";

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms");
}
