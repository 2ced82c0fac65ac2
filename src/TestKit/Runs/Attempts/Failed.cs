using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Attempts;

/// <summary>A failure in the place of a result.</summary>
internal static class Failed
{
    /// <param name="cause">The cause of the failure.</param>
    /// <param name="own">The failure whose exception it reports; null when there was none.</param>
    /// <param name="otherwise">The type of the exception then.</param>
    /// <param name="messages">The messages that replace those of the result.</param>
    public static TestFailed InPlaceOf(
        ITestResultMessage result, FailureCause cause, ITestFailed? own, Type? otherwise, string[] messages, string output) => new()
    {
        AssemblyUniqueID = result.AssemblyUniqueID, TestCollectionUniqueID = result.TestCollectionUniqueID,
        TestClassUniqueID = result.TestClassUniqueID, TestMethodUniqueID = result.TestMethodUniqueID,
        TestCaseUniqueID = result.TestCaseUniqueID, TestUniqueID = result.TestUniqueID,
        Cause = cause,
        ExceptionTypes = own?.ExceptionTypes ?? [otherwise?.FullName],
        Messages = messages,
        StackTraces = own?.StackTraces ?? [null],
        ExceptionParentIndices = own?.ExceptionParentIndices ?? [-1],
        FinishTime = result.FinishTime, ExecutionTime = result.ExecutionTime, Output = output, Warnings = result.Warnings,
    };
}
