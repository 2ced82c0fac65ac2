using System.Collections.Concurrent;
using ChainBridge.TestKit.Runs.Order;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Attempts;

/// <summary>What is known of a test's attempts.</summary>
/// <param name="Attempts">How many there were.</param>
/// <param name="Flaky">The last one passed, an earlier one had not.</param>
/// <param name="Issue">Of its quarantine.</param>
internal sealed record AttemptNote(int Attempts, bool Flaky, string? Issue)
{
    /// <summary>Nothing out of the way.</summary>
    public static AttemptNote Plain { get; } = new(1, Flaky: false, Issue: null);
}

/// <summary>What a test's attempts come to, in results that every consumer of result files understands: passed, failed, skipped.</summary>
internal sealed class Verdicts(RunOptions options)
{
    private readonly ConcurrentDictionary<string, AttemptNote> _notes = new();
    private int _flaky;

    /// <summary>The note of a test that was judged, by its id.</summary>
    public AttemptNote NoteOf(string testId) => _notes.GetValueOrDefault(testId, AttemptNote.Plain);

    /// <summary>A test's output with the seed that repeats its order.</summary>
    public string Hinted(string output) =>
        $"{output}{(output.Length == 0 || output.EndsWith('\n') ? "" : "\n")}Order: {RunOptions.SeedVariable}={options.Seed} repeats it\n";

    /// <summary>Judges the last attempt.</summary>
    /// <param name="earlier">The attempts before it, all failed.</param>
    /// <param name="quarantine">Null for a test that is not quarantined.</param>
    /// <param name="attempts">How many there could have been.</param>
    public ITestResultMessage Judge(
        ITestResultMessage last, IReadOnlyList<ITestFailed> earlier, QuarantinedAttribute? quarantine, int attempts)
    {
        var number = earlier.Count + 1;
        _notes[last.TestUniqueID] = new(number, Flaky: last is ITestPassed && number > 1, quarantine?.Issue);
        if (last is ITestPassed && number > 1)
        {
            // Where its evidence is stands in the output of the attempt that failed.
            var output = Hinted(earlier[^1].Output + last.Output);
            var why = $"flaky: it passed at attempt {number} of {attempts}. Attempt {number - 1} failed with: {earlier[^1].Messages[0]}";
            if (quarantine is not null && options.Quarantine != QuarantineMode.Fail)
                return Skipped(last, $"quarantined ({quarantine.Issue}), {why}", output);
            if (Interlocked.Increment(ref _flaky) <= options.MaxFlaky) return Skipped(last, why, output);
            var message = $"{why}\nA flaky test fails the run. Find out why, or mark it [Quarantined(issue)]; "
                + $"{RunOptions.MaxFlakyVariable} (now {options.MaxFlaky}) lets so many be reported as skipped.";
            return Failed.InPlaceOf(
                last, earlier[^1].Cause, earlier[^1], otherwise: null, [message, .. earlier[^1].Messages.Skip(1)], output);
        }

        if (last is not ITestFailed failed) return last;
        if (quarantine is not null && options.Quarantine != QuarantineMode.Fail)
            return Skipped(last, $"quarantined ({quarantine.Issue}), it failed with: {failed.Messages[0]}", Hinted(failed.Output));
        var hinted = Hinted(failed.Output);
        if (number > 1) hinted += $"Attempts: all {number} failed\n";
        return Failed.InPlaceOf(failed, failed.Cause, failed, otherwise: null, failed.Messages, hinted);
    }

    private static TestSkipped Skipped(ITestResultMessage result, string reason, string output) => new()
    {
        AssemblyUniqueID = result.AssemblyUniqueID, TestCollectionUniqueID = result.TestCollectionUniqueID,
        TestClassUniqueID = result.TestClassUniqueID,
        TestMethodUniqueID = result.TestMethodUniqueID, TestCaseUniqueID = result.TestCaseUniqueID, TestUniqueID = result.TestUniqueID,
        FinishTime = result.FinishTime, ExecutionTime = result.ExecutionTime, Output = output, Warnings = result.Warnings, Reason = reason,
    };
}
