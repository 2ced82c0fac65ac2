using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Cases;

/// <summary>Counts results as they go out, because xUnit's own sums know nothing of what was failed in place of a test.</summary>
internal static class Ledger
{
    /// <summary>Enters a message of a case; answers it with the sums corrected.</summary>
    public static IMessageSinkMessage Enter(CaseRecord record, IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseStarting:
                record.Started = true;
                break;
            case ITestStarting starting:
                record.Begun[starting.TestUniqueID] = starting;
                break;
            case ITestFinished finished:
                record.Ended.Add(finished.TestUniqueID);
                break;
            case ITestResultMessage result when record.Judged.Add(result.TestUniqueID):
                record.Summary.Total++;
                record.Summary.Time += result.ExecutionTime;
                if (result is ITestFailed) record.Summary.Failed++;
                if (result is ITestSkipped) record.Summary.Skipped++;
                if (result is ITestNotRun) record.Summary.NotRun++;
                break;
            case ITestCaseFinished finished:
                record.IsReported = true;
                return new TestCaseFinished
                {
                    AssemblyUniqueID = finished.AssemblyUniqueID, TestCollectionUniqueID = finished.TestCollectionUniqueID,
                    TestClassUniqueID = finished.TestClassUniqueID,
                    TestMethodUniqueID = finished.TestMethodUniqueID, TestCaseUniqueID = finished.TestCaseUniqueID,
                    FinishTime = finished.FinishTime, ExecutionTime = finished.ExecutionTime,
                    TestsTotal = record.Summary.Total, TestsFailed = record.Summary.Failed, TestsSkipped = record.Summary.Skipped,
                    TestsNotRun = record.Summary.NotRun,
                };
        }

        return message;
    }

    /// <summary>The end of the assembly with the sums that went out.</summary>
    public static ITestAssemblyFinished Corrected(ITestAssemblyFinished finished, RunSummary sum) => new TestAssemblyFinished
    {
        AssemblyUniqueID = finished.AssemblyUniqueID, FinishTime = finished.FinishTime, ExecutionTime = finished.ExecutionTime,
        TestsTotal = sum.Total, TestsFailed = sum.Failed, TestsSkipped = sum.Skipped, TestsNotRun = sum.NotRun,
    };
}
