using ChainBridge.TestKit.Runs.Cases;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Ladder;

/// <summary>
/// Between xUnit's runners and the outside: sees to it that every selected case is reported exactly once. Passing after
/// the deadline becomes failing, what xUnit drops is failed by name, and what is given up is not heard any more.
/// </summary>
internal sealed class BudgetMessageBus(
    IMessageBus outside, BudgetedRun run, string assemblyId, CancellationTokenSource cancellation) : IMessageBus
{
    private readonly HashSet<string> _closedCollections = [];
    private bool _closed;

    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message)
    {
        lock (run.Gate)
        {
            if (_closed || (message is ITestCollectionMessage { TestCollectionUniqueID: { } id } && _closedCollections.Contains(id)))
                return true;
            var record = message is ITestCaseMessage ofCase ? run.Record(ofCase.TestCaseUniqueID) : null;
            if (record is { Closed: true }) return true;
            switch (message)
            {
                case ITestFinished finished when record is not null && !record.Judged.Contains(finished.TestUniqueID):
                    // xUnit reports nothing for a test that is cancelled between its beginning and its first step.
                    Forward(Failures.Of(finished, Why(record, "It was cancelled before its first step."), run.Time,
                        run.Verdicts.Hinted("")));
                    break;
                case ITestPassed or ITestFailed or ITestSkipped when record is { Clock.Verdict: not null } && !record.IsSkipped:
                    var result = (ITestResultMessage)message;
                    message = Failures.After(record.Clock.Verdict, result,
                        result is ITestPassed ? run.Verdicts.Hinted(result.Output) : result.Output);
                    break;
                case ITestFailed failed when run.Ending is { } ending:
                    message = Failures.After(ending, failed, failed.Output);
                    break;
                case ITestPassed or ITestFailed or ITestSkipped
                    when record?.Blame.GetValueOrDefault(((ITestResultMessage)message).TestUniqueID) is { } blame:
                    message = Failures.Blamed(blame, (ITestResultMessage)message,
                        run.Verdicts.Hinted(((ITestResultMessage)message).Output));
                    break;
                case ITestCaseFinished when record is { Clock.Verdict: not null } && !record.IsSkipped:
                    FailPlanned(record);
                    break;
                case ITestAssemblyFinished when run.Ending is not null || !cancellation.IsCancellationRequested:
                    foreach (var dropped in Unreported(run.Records)) GiveUp(dropped, withParents: true);
                    break;
            }

            return Forward(message);
        }
    }

    /// <summary>
    /// An exception that nothing caught ended a thread. It fails the test that the thread belongs to; where that is not known, those
    /// that run; where none is left, the run.
    /// </summary>
    public void Blame(Exception problem)
    {
        var test = TestContext.Current.Test;
        lock (run.Gate)
        {
            var open = run.Records.Where(record => !record.IsReported)
                .SelectMany(record => record.Begun.Keys.Except(record.Judged).Select(id => (Record: record, Test: id))).ToList();
            var own = open.Where(one => one.Test == test?.UniqueID).ToList();
            var blamed = own.Count > 0 ? own : test is null ? open : [];
            var what = $"An exception that nothing caught ended a thread of the process: {problem.GetType().FullName}: {problem.Message}";
            if (own.Count == 0)
                what += $"{(test is null ? "" : $" The thread belongs to the test '{test.TestDisplayName}', which had ended.")} "
                    + $"At that moment {run.RunningTests()}";
            foreach (var one in blamed) one.Record.Blame[one.Test] = $"{what}\n{problem.StackTrace}";
            if (blamed.Count == 0) Forward(ErrorMessage.FromException(new InvalidOperationException(what, problem), assemblyId));
        }
    }

    /// <summary>Fails what of the case is not reported yet, and hears no more of it.</summary>
    /// <param name="withParents">Its collection, class and method have not been announced.</param>
    public RunSummary GiveUp(CaseRecord record, bool withParents)
    {
        lock (run.Gate)
        {
            if (record.IsReported) return record.Summary;
            if (record.Started) EndStarted(record);
            else if (record.IsSkipped)
                XunitRunnerHelper.SkipTestCases(new Raw(this), cancellation, [record.Case],
                    record.SkippedByPolicy ?? record.Case.SkipReason!, withParents, withParents, withParents);
            else if (record.Planned.Count == 0)
                XunitRunnerHelper.FailTestCases(new Raw(this), cancellation, [record.Case], NotStarted(record), withParents,
                    withParents, withParents);
            else
                XunitRunnerHelper.FailTestCases(new Raw(this, inPlaceOfTheResult: () => FailPlanned(record)), cancellation, [record.Case],
                    NotStarted(record), withParents, withParents, withParents, sendTestMessages: false);
            record.Closed = true;
            return record.Summary;
        }
    }

    /// <summary>Gives up a collection whose fixtures do not come to an end.</summary>
    public RunSummary GiveUpCollection(IXunitTestCollection collection, IReadOnlyList<CaseRecord> records)
    {
        lock (run.Gate)
        {
            GiveUpAll(records, $"the fixtures of {string.Join(", ", records.Select(record => record.Case.TestClassName).Distinct())}");
            _closedCollections.Add(collection.UniqueID);
            run.Hours.Finish(collection.UniqueID);
            return records.Aggregate(default(RunSummary), Sum);
        }
    }

    /// <summary>Gives up all that is left and reports that the assembly is finished.</summary>
    public void GiveUpAssembly()
    {
        lock (run.Gate)
        {
            GiveUpAll(run.Records, "the fixtures of the assembly");
            Forward(Failures.EndOf(assemblyId, run.Time));
            _closed = true;
        }
    }

    public RunSummary SummaryOf(CaseRecord record)
    {
        lock (run.Gate) return record.Summary;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (run.Gate) _closed = true;
        outside.Dispose();
    }

    private static RunSummary Sum(RunSummary sum, CaseRecord record)
    {
        sum.Aggregate(record.Summary);
        return sum;
    }

    private static List<CaseRecord> Unreported(IEnumerable<CaseRecord> records) => [.. records.Where(record => !record.IsReported)];

    private Exception Why(CaseRecord record, string state) => run.Ending is { } ending
        ? new InvalidOperationException($"{state} {ending}")
        : new BudgetExceededException($"{state} {record.Clock.Verdict ?? "It was selected and never reported: the run dropped it."}");

    private void GiveUpAll(IEnumerable<CaseRecord> records, string what)
    {
        var left = Unreported(records);
        left.ForEach(record => GiveUp(record, withParents: true));
        if (left.Count == 0)
            Forward(ErrorMessage.FromException(run.Ending is { } ending
                ? new InvalidOperationException(ending)
                : new BudgetExceededException(
                    $"All tests are done, but {what} had not been disposed when the budget was over; they were left behind"), assemblyId));
    }

    private Exception NotStarted(CaseRecord record) =>
        (run.Refusal ?? record.Policy.Problem) is { } refusal ? new FormatException(refusal)
            : Why(record, record.Reading is { } data
                ? $"None of its rows was run: the data of the theory {data} did not come to an end."
                : "It had not started.");

    private void EndStarted(CaseRecord record)
    {
        foreach (var begun in record.Begun.Values.Where(begun => !record.Ended.Contains(begun.TestUniqueID)).ToList())
        {
            if (!record.Judged.Contains(begun.TestUniqueID))
                Forward(Failures.Of(begun, Why(record, run.Ending is null
                    ? "It was running and did not end when it was cancelled."
                    : "It was running."), run.Time, run.Verdicts.Hinted(record.EvidenceOf(begun.TestUniqueID))));
            Forward(Failures.EndOf(begun, run.Time));
        }

        FailPlanned(record);
        // No test of it is known: the case stands for them.
        if (record.Judged.Count == 0)
            XunitRunnerHelper.FailTestCases(new Raw(this), cancellation, [record.Case], NotStarted(record), sendTestCaseMessages: false);
        Forward(Failures.EndOf(record, run.Time));
    }

    private void FailPlanned(CaseRecord record)
    {
        foreach (var test in record.Planned.Where(test => !record.Begun.ContainsKey(test.UniqueID)).ToList())
            XunitRunnerHelper.FailTest(new Raw(this), cancellation, test, NotStarted(record));
    }

    private bool Forward(IMessageSinkMessage message)
    {
        run.Secrets.Mask(message);
        run.Hours.Observe(message);
        run.Timeline.Observe(message, run.Record, run.Records);
        var record = message is ITestCaseMessage ofCase ? run.Record(ofCase.TestCaseUniqueID) : null;
        if (record is not null) message = Ledger.Enter(record, message);
        run.Results.Observe(message, record, run.Verdicts.NoteOf);
        Note(message, record);
        if (message is ITestAssemblyFinished finished)
            message = Ledger.Corrected(finished, run.Records.Aggregate(default(RunSummary), Sum));
        return outside.QueueMessage(message);
    }

    private void Note(IMessageSinkMessage message, CaseRecord? record)
    {
        try
        {
            run.Unfinished?.Observe(message, record, run.Results.Tests);
        }
        catch (IOException)
        {
            // The disk is full: the file keeps the state of the moment before. No test fails for it.
            run.Unfinished = null;
        }
    }

    /// <summary>The bus of the messages we send ourselves: counted, and neither judged nor held back.</summary>
    private sealed class Raw(BudgetMessageBus bus, Action? inPlaceOfTheResult = null) : IMessageBus
    {
        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (inPlaceOfTheResult is null || message is not ITestFailed) return bus.Forward(message);
            inPlaceOfTheResult();
            return true;
        }

        public void Dispose()
        {
        }
    }
}
