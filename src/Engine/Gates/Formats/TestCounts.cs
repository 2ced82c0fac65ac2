namespace ChainBridge.Engine.Gates.Formats;

/// <summary>Test counts computed from result files.</summary>
/// <param name="Flaky">How many of <paramref name="Passed"/> failed first and passed when they were run again.</param>
/// <param name="Inconclusive">Ran, and could say neither: no pass, and no failure of what was tested.</param>
public sealed record TestCounts(int Passed, int Failed, int Skipped, int Flaky = 0, int Inconclusive = 0)
{
    /// <summary>Tests that really ran.</summary>
    public int Executed => Passed + Failed + Inconclusive;

    /// <summary>The counts of two files or commands together.</summary>
    public static TestCounts operator +(TestCounts one, TestCounts other) =>
        new(one.Passed + other.Passed, one.Failed + other.Failed, one.Skipped + other.Skipped, one.Flaky + other.Flaky,
            one.Inconclusive + other.Inconclusive);

    /// <summary>E.g. <c>12 passed (2 flaky), 0 failed, 1 skipped</c>; flaky and inconclusive ones only where there are any.</summary>
    public override string ToString() => $"{Passed} passed{(Flaky > 0 ? $" ({Flaky} flaky)" : "")}, {Failed} failed, {Skipped} skipped"
        + (Inconclusive > 0 ? $", {Inconclusive} inconclusive" : "");
}
