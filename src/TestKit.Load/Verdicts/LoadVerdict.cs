namespace ChainBridge.TestKit.Load;

/// <summary>What a run says about its target.</summary>
public enum LoadVerdict
{
    /// <summary>Every limit held, and the generator was up to it.</summary>
    Pass,
    /// <summary>The evidence was not good enough to say either; the reason names what was in the way. Never a pass.</summary>
    Inconclusive,
    /// <summary>A limit was broken by the target.</summary>
    Fail,
}

/// <summary>What a run says about one limit.</summary>
/// <param name="Actual">What was measured, as it is written.</param>
/// <param name="Reason">In one line, with the figures; empty of one that held.</param>
public sealed record LimitResult(LoadLimit Limit, LoadVerdict Verdict, string Actual, string Reason)
{
    /// <summary>False of a limit against a baseline where there is none that can be compared with.</summary>
    internal bool IsCompared { get; init; } = true;
}
