using System.Xml;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>The counters of a run's summary; null where there is none.</summary>
/// <param name="Failed">All that count what did not pass: failed, error, timeout, aborted.</param>
/// <param name="Broken">What was still running, or passed in a run that was aborted.</param>
/// <param name="Skipped">All that count what was not executed.</param>
internal sealed record TrxCounters(int? Total, int? Executed, int? Passed, int Warning, int Failed, int Broken, int Skipped)
{
    public static TrxCounters Of(XmlReader reader) => new(
        reader.Number("total"), reader.Number("executed"), reader.Number("passed"), Sum(reader, "warning"),
        Sum(reader, "failed", "error", "timeout", "aborted"), Sum(reader, "disconnected", "inProgress", "passedButRunAborted"),
        Sum(reader, "notExecuted", "notRunnable", "pending", "inconclusive"));

    /// <summary>Compares them with what the file holds.</summary>
    /// <param name="rows">Results inside of other results: rows of a theory, which some runners count and some do not.</param>
    public void Check(ResultTally tally, int rows)
    {
        if (Total is null) throw new ResultFileException("the counters of the file have no total: its run did not end");
        if (Total != tally.Entries - rows && (rows == 0 || Total != rows)) tally.MustAgree("tests", Total, tally.Entries);
        if (Broken > 0) tally.Object($"the file counts {Broken} tests that were running when the run was aborted");
        if (Failed > 0 && tally.Failed == 0) tally.MustAgree("failed", Failed, 0);
        if (tally.Failed > 0) return;
        if (rows == 0 && Passed != tally.Passed && Passed + Warning != tally.Passed) tally.MustAgree("passed", Passed, tally.Passed);
        if (Executed is { } executed && (executed < tally.Passed - rows || executed > tally.Entries))
            tally.Object($"the file claims {executed} executed tests, but holds {tally.Passed} that passed");
        if (Skipped > tally.Skipped) tally.MustAgree("skipped", Skipped, tally.Skipped);
    }

    private static int Sum(XmlReader reader, params string[] counters) => counters.Sum(counter => reader.Number(counter) ?? 0);
}
