using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Theories;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Cases;

/// <summary>The messages that stand in for those a test did not get to send.</summary>
internal static class Failures
{
    /// <summary>The test failed without an end of its own.</summary>
    public static TestFailed Of(ITestMessage test, Exception why, TimeProvider time, string output) => new()
    {
        AssemblyUniqueID = test.AssemblyUniqueID, TestCollectionUniqueID = test.TestCollectionUniqueID,
        TestClassUniqueID = test.TestClassUniqueID,
        TestMethodUniqueID = test.TestMethodUniqueID, TestCaseUniqueID = test.TestCaseUniqueID, TestUniqueID = test.TestUniqueID,
        Cause = why is BudgetExceededException ? FailureCause.Timeout : FailureCause.Other, ExceptionTypes = [why.GetType().FullName],
        Messages = [why.Message], StackTraces = [null], ExceptionParentIndices = [-1],
        FinishTime = time.GetUtcNow(), ExecutionTime = Taken(test, time), Output = output, Warnings = null,
    };

    /// <summary>A result that came after the deadline: whatever it was, it is a failure.</summary>
    public static TestFailed After(string verdict, ITestResultMessage result, string output)
    {
        var own = result as ITestFailed;
        var ended = own is not null ? $"ended with: {own.Messages[0]}" : result is ITestPassed ? "then passed all the same."
            : "then ended as skipped.";
        var message = Endless(own) is { } endless ? $"{endless} {verdict}" : $"It was running and was cancelled. {verdict} It {ended}";
        return Failed.InPlaceOf(
            result, FailureCause.Timeout, own, typeof(BudgetExceededException), [message, .. own?.Messages.Skip(1) ?? []], output);
    }

    /// <summary>A result beside which something else went wrong: whatever it was, it is a failure.</summary>
    public static TestFailed Blamed(string blame, ITestResultMessage result, string output)
    {
        var own = result as ITestFailed;
        var message = own is null ? blame : $"{own.Messages[0]}\n{blame}";
        return Failed.InPlaceOf(
            result, FailureCause.Exception, own, typeof(InvalidOperationException), [message, .. own?.Messages.Skip(1) ?? []], output);
    }

    /// <summary>The test is over.</summary>
    public static TestFinished EndOf(ITestMessage test, TimeProvider time) => new()
    {
        AssemblyUniqueID = test.AssemblyUniqueID, TestCollectionUniqueID = test.TestCollectionUniqueID,
        TestClassUniqueID = test.TestClassUniqueID,
        TestMethodUniqueID = test.TestMethodUniqueID, TestCaseUniqueID = test.TestCaseUniqueID, TestUniqueID = test.TestUniqueID,
        Attachments = new Dictionary<string, TestAttachment>(), FinishTime = time.GetUtcNow(), ExecutionTime = Taken(test, time),
        Output = "", Warnings = null,
    };

    /// <summary>The case is over; its sums are entered on the way out.</summary>
    public static TestCaseFinished EndOf(CaseRecord record, TimeProvider time) => new()
    {
        AssemblyUniqueID = record.Case.TestCollection.TestAssembly.UniqueID, TestCollectionUniqueID = record.Case.TestCollection.UniqueID,
        TestClassUniqueID = record.Case.TestClass.UniqueID,
        TestMethodUniqueID = record.Case.TestMethod.UniqueID, TestCaseUniqueID = record.Case.UniqueID,
        FinishTime = time.GetUtcNow(), ExecutionTime = record.Summary.Time, TestsTotal = 0, TestsFailed = 0, TestsSkipped = 0,
        TestsNotRun = 0,
    };

    /// <summary>The assembly is over; its sums are entered on the way out.</summary>
    public static TestAssemblyFinished EndOf(string assemblyId, TimeProvider time) => new()
    {
        AssemblyUniqueID = assemblyId, FinishTime = time.GetUtcNow(), ExecutionTime = 0, TestsTotal = 0, TestsFailed = 0, TestsSkipped = 0,
        TestsNotRun = 0,
    };

    /// <summary>The message of a theory whose data does not come to an end: it had no test that ran.</summary>
    private static string? Endless(ITestFailed? failed) =>
        failed?.ExceptionTypes[0] == typeof(EndlessDataException).FullName ? failed!.Messages[0] : null;

    private static decimal Taken(ITestMessage test, TimeProvider time) =>
        test is ITestStarting { StartTime: var start } ? (decimal)Math.Max(0, (time.GetUtcNow() - start).TotalSeconds) : 0;
}
