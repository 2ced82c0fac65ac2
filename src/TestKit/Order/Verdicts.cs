using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Order;

/// <summary>What a test's attempts come to, in results that every consumer of result files understands: passed, failed, skipped.</summary>
internal sealed class Verdicts(RunOptions options)
{
    private int _flaky;

    /// <summary>Judges the last attempt.</summary>
    /// <param name="earlier">The attempts before it, all failed.</param>
    /// <param name="quarantine">Null for a test that is not quarantined.</param>
    /// <param name="attempts">How many there could have been.</param>
    public ITestResultMessage Judge(ITestResultMessage last, IReadOnlyList<ITestFailed> earlier, QuarantinedAttribute? quarantine, int attempts)
    {
        var number = earlier.Count + 1;
        if (last is ITestPassed && number > 1)
        {
            var why = $"flaky: it passed at attempt {number} of {attempts}. Attempt {number - 1} failed with: {earlier[^1].Messages[0]}";
            if (quarantine is not null && options.Quarantine != QuarantineMode.Fail) return Skipped(last, $"quarantined ({quarantine.Issue}), {why}");
            return Interlocked.Increment(ref _flaky) <= options.MaxFlaky
                ? Skipped(last, why)
                : Failed(last, $"{why}\nA flaky test fails the run. Find out why, or mark it [Quarantined(issue)]; {RunOptions.MaxFlakyVariable} (now {options.MaxFlaky}) lets so many be reported as skipped.", earlier[^1]);
        }

        if (last is not ITestFailed failed) return last;
        if (quarantine is not null && options.Quarantine != QuarantineMode.Fail) return Skipped(last, $"quarantined ({quarantine.Issue}), it failed with: {failed.Messages[0]}");
        var output = $"{failed.Output}{(failed.Output.Length == 0 || failed.Output.EndsWith('\n') ? "" : "\n")}Order: {RunOptions.SeedVariable}={options.Seed} repeats it\n";
        if (number > 1) output += $"Attempts: all {number} failed\n";
        return Copy(failed, failed.Messages, failed, output);
    }

    private static TestFailed Failed(ITestResultMessage result, string message, ITestFailed cause) => Copy(result, [message, .. cause.Messages.Skip(1)], cause, result.Output);

    private static TestFailed Copy(ITestResultMessage result, string[] messages, ITestFailed cause, string output) => new()
    {
        AssemblyUniqueID = result.AssemblyUniqueID, TestCollectionUniqueID = result.TestCollectionUniqueID, TestClassUniqueID = result.TestClassUniqueID,
        TestMethodUniqueID = result.TestMethodUniqueID, TestCaseUniqueID = result.TestCaseUniqueID, TestUniqueID = result.TestUniqueID,
        Cause = cause.Cause, ExceptionTypes = cause.ExceptionTypes, Messages = messages, StackTraces = cause.StackTraces, ExceptionParentIndices = cause.ExceptionParentIndices,
        FinishTime = result.FinishTime, ExecutionTime = result.ExecutionTime, Output = output, Warnings = result.Warnings,
    };

    private static TestSkipped Skipped(ITestResultMessage result, string reason) => new()
    {
        AssemblyUniqueID = result.AssemblyUniqueID, TestCollectionUniqueID = result.TestCollectionUniqueID, TestClassUniqueID = result.TestClassUniqueID,
        TestMethodUniqueID = result.TestMethodUniqueID, TestCaseUniqueID = result.TestCaseUniqueID, TestUniqueID = result.TestUniqueID,
        FinishTime = result.FinishTime, ExecutionTime = result.ExecutionTime, Output = result.Output, Warnings = result.Warnings, Reason = reason,
    };
}
