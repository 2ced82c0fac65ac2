namespace ChainBridge.Engine.Gates.Formats;

/// <summary>What the summary of a report says.</summary>
internal sealed class CtrfClaims
{
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Null for a count that the summary does not have.</summary>
    public int? this[string count]
    {
        get => _counts.TryGetValue(count, out var value) ? value : null;
        set => _counts[count] = value ?? 0;
    }

    /// <summary>Tests of the report that were run again, however they ended.</summary>
    public int Repeated { get; set; }

    /// <summary>Tests that are still to be written, which the summary counts among the others.</summary>
    public int Todos { get; set; }

    /// <summary>Tests that could not tell, which the summary counts among the others.</summary>
    public int Inconclusive { get; set; }

    public static bool IsCount(string key) => key is "tests" or "passed" or "failed" or "skipped" or "pending" or "other" or "flaky";

    /// <summary>Compares it with the tests of the report.</summary>
    public void Check(ResultTally tally)
    {
        tally.MustAgree("tests", this["tests"], tally.Entries);
        if (Failed > tally.TakenBack || tally.Failed > 0) tally.MustAgree("failed", Failed, tally.Failed);
        if (tally.TakenBack == 0) tally.MustAgree("passed", this["passed"], tally.Passed);
        if (Skipped is { } skipped && skipped > tally.Skipped) tally.MustAgree("skipped", skipped, tally.Skipped);
        if (this["flaky"] is { } flaky && flaky > Repeated) tally.MarkFlaky(flaky - Repeated);
    }

    private int? Failed => Sum("failed", "other") - Todos - Inconclusive;

    private int? Skipped => Sum("skipped", "pending");

    private int? Sum(string one, string other) => this[one] is null && this[other] is null ? null : (this[one] ?? 0) + (this[other] ?? 0);
}
