using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates;

/// <summary>A gate that every host of an environment is asked: one verdict, and each piece of evidence with its host.</summary>
public static class HostResults
{
    /// <summary>Runs the gate for one host after the other: its commands may use what is there once on the runner's machine.</summary>
    public static async Task<GateResult> RunOnEachAsync(this IGateRunner gates, string name, GateSpec gate,
        IReadOnlyList<GateSubject> subjects, CancellationToken cancellationToken)
    {
        var results = new List<(string? Host, GateResult Result)>();
        foreach (var subject in subjects) results.Add((subject.Host, await gates.RunAsync(name, gate, subject, cancellationToken)));
        return Together(results);
    }

    /// <summary>The worst verdict decides, however good the others are.</summary>
    /// <param name="results">At least one; the host is null for the only one, whose result is the answer.</param>
    public static GateResult Together(IReadOnlyList<(string? Host, GateResult Result)> results)
    {
        if (results is [{ Host: null } only]) return only.Result;
        var verdict = results.Select(one => one.Result.Verdict).MaxBy(Severity);
        var decides = results.Where(one => one.Result.Verdict == verdict);
        var tests = results.Select(one => one.Result.Tests).OfType<TestCounts>().ToList();
        return new(results[0].Result.Gate, verdict, string.Join("; ", decides.Select(one => $"{one.Host}: {one.Result.Summary}")),
            [.. results.SelectMany(one => one.Result.Evidence.Select(piece => piece with { Asked = $"{piece.Asked} on {one.Host}" }))],
            tests.Count == 0 ? null : tests.Aggregate((sum, one) => sum + one),
            TimeSpan.FromTicks(results.Sum(one => one.Result.Duration.Ticks)));
    }

    private static int Severity(Verdict verdict) => verdict switch { Verdict.Pass => 0, Verdict.Inconclusive => 1, _ => 2 };
}
