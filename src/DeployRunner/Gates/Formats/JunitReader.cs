using System.Xml;

namespace ChainBridge.DeployRunner.Gates.Formats;

/// <summary>JUnit XML, as every runner writes it: counts on the suites, outcomes as children of the cases.</summary>
internal static class JunitReader
{
    private enum CaseOutcome { Passed, Failed, Skipped }

    public static void Read(Stream file, ResultTally tally, CancellationToken cancellationToken)
    {
        var suites = new Stack<Claim>();
        string? name = null;
        var outcome = CaseOutcome.Passed;
        ResultXml.Walk(file, "testsuites|testsuite", reader =>
        {
            var ends = reader.NodeType == XmlNodeType.EndElement;
            if (reader.NodeType != XmlNodeType.Element && !ends) return;
            var empty = reader.IsEmptyElement;
            switch (reader.LocalName)
            {
                case "testsuites" or "testsuite":
                    if (!ends) suites.Push(Claim.From(reader, tally));
                    if (ends || empty) suites.Pop().Check(tally);
                    break;
                case "testcase":
                    if (!ends) (name, outcome) = (reader.GetAttribute("name") ?? "a test without a name", CaseOutcome.Passed);
                    if (ends || empty) Count(tally, name!, outcome);
                    if (ends || empty) name = null;
                    break;
                case "failure" or "error" when !ends && name is not null: outcome = CaseOutcome.Failed; break;
                case "skipped" when !ends && name is not null && outcome != CaseOutcome.Failed: outcome = CaseOutcome.Skipped; break;
            }
        }, cancellationToken);
    }

    private static void Count(ResultTally tally, string name, CaseOutcome outcome)
    {
        if (outcome == CaseOutcome.Passed) tally.Passed();
        else if (outcome == CaseOutcome.Skipped) tally.Skip();
        else tally.Fail(name);
    }

    /// <summary>What a suite claims, and what was counted when it began.</summary>
    private sealed record Claim(int? Tests, int? Failed, int Entries, int FailedBefore)
    {
        public static Claim From(XmlReader reader, ResultTally tally)
        {
            var (failures, errors) = (reader.Number("failures"), reader.Number("errors"));
            return new Claim(reader.Number("tests"), failures is null && errors is null ? null : (failures ?? 0) + (errors ?? 0), tally.Entries, tally.Failed);
        }

        public void Check(ResultTally tally)
        {
            tally.MustAgree("tests", Tests, tally.Entries - Entries);
            tally.MustAgree("failed", Failed, tally.Failed - FailedBefore);
        }
    }
}
