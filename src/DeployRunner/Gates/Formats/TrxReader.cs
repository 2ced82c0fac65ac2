using System.Xml;

namespace ChainBridge.DeployRunner.Gates.Formats;

/// <summary>Visual Studio TRX.</summary>
internal static class TrxReader
{
    public static void Read(Stream file, ResultTally tally, CancellationToken cancellationToken)
    {
        int? total = null, passed = null, failed = null;
        string? outcome = null;
        var summarised = false;
        ResultXml.Walk(file, "TestRun", reader =>
        {
            if (reader.NodeType != XmlNodeType.Element) return;
            if (reader.LocalName == "UnitTestResult") Count(reader, tally);
            else if (reader.LocalName == "ResultSummary") (summarised, outcome) = (true, reader.GetAttribute("outcome"));
            else if (reader.LocalName == "Counters")
            {
                (total, passed) = (reader.Number("total"), reader.Number("passed"));
                failed = (reader.Number("failed") ?? 0) + (reader.Number("error") ?? 0) + (reader.Number("timeout") ?? 0) + (reader.Number("aborted") ?? 0);
            }
        }, cancellationToken);
        if (!summarised || total is null) throw new ResultFileException("the file has no summary: its run did not end");
        tally.MustAgree("tests", total, tally.Entries);
        tally.MustAgree("passed", passed, tally.Entries - tally.Failed - tally.Skipped);
        tally.MustAgree("failed", failed, tally.Failed);
        if (outcome is not ("Completed" or "Passed" or "Warning") && tally.Failed == 0)
            throw new ResultFileException($"the run's outcome is '{outcome}' though no test failed: it was cut short");
    }

    private static void Count(XmlReader reader, ResultTally tally)
    {
        switch (reader.GetAttribute("outcome"))
        {
            case "Passed" or "PassedButRunAborted" or "Warning": tally.Passed(); break;
            case "NotExecuted" or "NotRunnable" or "Pending" or "Inconclusive": tally.Skip(); break;
            default: tally.Fail(reader.GetAttribute("testName") ?? "a test without a name"); break;
        }
    }
}
