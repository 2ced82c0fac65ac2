using ChainBridge.Engine.Gates.Formats;

namespace ChainBridge.Engine.Gates;

/// <summary>How a gate ended. There is no fourth way.</summary>
public enum Verdict
{
    /// <summary>Asked, answered, right.</summary>
    Pass,
    /// <summary>Asked, answered, wrong; or nothing was executed at all.</summary>
    Fail,
    /// <summary>Could not ask. Never promotes.</summary>
    Inconclusive,
}

/// <summary>One piece of what a verdict rests on.</summary>
/// <param name="Asked">E.g. <c>GET http://127.0.0.1:8080/health</c>, or the command.</param>
/// <param name="Answered">E.g. <c>200, version staging-20261124-1a2b3c4, 12 ms</c>.</param>
/// <param name="From">Where it was asked from: <c>runner</c> or <c>target host</c>.</param>
public sealed record Evidence(string Asked, string Answered, Verdict Verdict, DateTimeOffset At, string From);

/// <summary>A gate's verdict with everything it rests on.</summary>
/// <param name="Summary">One line a tired engineer understands.</param>
/// <param name="Tests">Counts from result files; null for a gate of probes only.</param>
public sealed record GateResult(
    string Gate, Verdict Verdict, string Summary, IReadOnlyList<Evidence> Evidence, TestCounts? Tests, TimeSpan Duration);
