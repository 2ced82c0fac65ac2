using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Cases;
using Xunit.Sdk;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>Keeps what goes out to the runner. Not thread-safe.</summary>
internal sealed class ResultsOfRun
{
    private readonly List<TestReport> _tests = [];
    private readonly List<string> _errors = [];

    public IReadOnlyList<TestReport> Tests => _tests;

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Takes a message in, as it goes out.</summary>
    /// <param name="record">The case that it is about.</param>
    /// <param name="notes">What is known of a test's attempts.</param>
    public void Observe(IMessageSinkMessage message, CaseRecord? record, Func<string, AttemptNote> notes)
    {
        switch (message)
        {
            case ITestFailed failed when record is not null:
                Add(failed, record, notes, TestOutcome.Failed,
                    new(failed.Messages.FirstOrDefault() ?? "", string.Join('\n', failed.StackTraces)));
                break;
            case ITestPassed passed when record is not null:
                Add(passed, record, notes, TestOutcome.Passed, Cause.None);
                break;
            case ITestSkipped skipped when record is not null:
                Add(skipped, record, notes, TestOutcome.Skipped, new(skipped.Reason));
                break;
            case ITestNotRun notRun when record is not null:
                Add(notRun, record, notes, TestOutcome.Skipped, new("explicit: it runs only when it is asked for"));
                break;
            // The messages of a cleanup that failed, and of what belongs nowhere.
            case IErrorMetadata error and not ITestFailed:
                _errors.Add(error.Messages.FirstOrDefault() ?? "an error without a message");
                break;
        }
    }

    private void Add(ITestResultMessage result, CaseRecord record, Func<string, AttemptNote> notes, TestOutcome outcome, Cause cause)
    {
        var name = record.Begun.TryGetValue(result.TestUniqueID, out var begun) ? begun.TestDisplayName : record.Case.TestCaseDisplayName;
        if (outcome != TestOutcome.Passed) cause = cause with { Evidence = record.EvidenceOf(result.TestUniqueID) };
        _tests.Add(new(name, record.Case.TestClassName, outcome, cause, TimeSpan.FromSeconds((double)result.ExecutionTime),
            notes(result.TestUniqueID)));
    }
}
