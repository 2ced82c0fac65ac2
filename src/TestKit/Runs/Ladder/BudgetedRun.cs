using ChainBridge.TestKit.Categories;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Cases;
using ChainBridge.TestKit.Runs.Clocks;
using ChainBridge.TestKit.Runs.Order;
using ChainBridge.TestKit.Runs.Results;
using ChainBridge.TestKit.Runs.Theories;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Ladder;

/// <summary>The selected cases of one assembly run, and a clock for each category among them and for those without.</summary>
internal sealed class BudgetedRun : IDisposable
{
    private static readonly TimeSpan PlanningTime = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For what was interrupted to end by itself, with its fixtures. A CI system that asks a job to stop kills it some 7 s later.
    /// </summary>
    private static readonly TimeSpan InterruptPatience = TimeSpan.FromSeconds(4);

    /// <summary>How long a thread that asks which tests are running waits for the lock: its holder may hang.</summary>
    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, CaseRecord> _records;
    private readonly List<BudgetClock> _clocks;
    private readonly SharedTime _shared;
    private readonly SharedTime _alone;

    /// <param name="shared">What the categories used in other assemblies of the run.</param>
    /// <param name="collect">Collects the evidence of a test that failed.</param>
    /// <param name="refusal">Why no test is to run; every one is failed with it.</param>
    public BudgetedRun(IReadOnlyCollection<IXunitTestCase> cases, Budgets budgets, RunOptions options, SharedTime shared,
        CollectEvidence collect, TimeProvider time, string? refusal = null)
    {
        Refusal = refusal;
        Options = options;
        Verdicts = new(options);
        Time = time;
        Timeline = new(time);
        (_shared, _alone, Start) = (shared, shared.Alone(), time.GetUtcNow());
        var categoryOf = cases.ToDictionary(testCase => testCase, budgets.Of);
        _clocks = [.. categoryOf.Values.Distinct().Select(category => new BudgetClock(category, TimeOf(category), Describe, time))];
        _records = cases.ToDictionary(testCase => testCase.UniqueID, testCase => new CaseRecord(testCase,
            _clocks.First(clock => clock.Category == categoryOf[testCase]), CasePolicy.Of(testCase, options),
            options.Quarantine == QuarantineMode.Skip, test => new(new(test.UniqueID, test.TestDisplayName), collect, time)));
        Cases = [.. _records.Values.Select(record => new BudgetedTestCase(record, this))];
        Hours = new(_records.Values, Record);
    }

    /// <summary>The cases that xUnit runs in place of the ones given.</summary>
    public IReadOnlyCollection<IXunitTestCase> Cases { get; }

    public IReadOnlyCollection<CaseRecord> Records => _records.Values;

    /// <summary>Null when tests may run.</summary>
    public string? Refusal { get; }

    /// <summary>Why the run comes to its end before its time; null while it does not.</summary>
    public string? Ending { get; private set; }

    /// <summary>Completes when the run is ended before its time.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Cancelled when the run is interrupted; for the tests.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>How tests are ordered and judged.</summary>
    public RunOptions Options { get; }

    public Verdicts Verdicts { get; }

    public RunTimeline Timeline { get; }

    /// <summary>The clocks' time passes from its making on.</summary>
    public WorkingHours Hours { get; }

    /// <summary>What went out.</summary>
    public ResultsOfRun Results { get; } = new();

    /// <summary>The secrets that are masked in what goes out.</summary>
    public KnownSecrets Secrets { get; } = new();

    /// <summary>The file that records how far the run has come; null where it cannot be written.</summary>
    public UnfinishedFile? Unfinished { get; set; }

    public TimeProvider Time { get; }

    /// <summary>Held while anything of the run is read or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Set before the first test runs.</summary>
    public BudgetMessageBus Bus { get; set; } = null!;

    public CaseRecord? Record(string caseId) => _records.GetValueOrDefault(caseId);

    public IReadOnlyList<CaseRecord> RecordsOf(IEnumerable<IXunitTestCase> cases) =>
        [.. cases.Select(testCase => _records[testCase.UniqueID])];

    /// <summary>Ends the run at once: what is not reported fails.</summary>
    public void End(string why)
    {
        Ending ??= why;
        _ended.TrySetResult();
    }

    /// <summary>
    /// Cancels the tests; those that do not end in time are left behind. What is not reported then fails. The first reason stays.
    /// </summary>
    public void Interrupt(string why)
    {
        if (Ending is not null) return;
        Ending = why;
        _ = Task.Delay(InterruptPatience, Time).ContinueWith(_ => _ended.TrySetResult(), TaskScheduler.Default);
        // What tests registered on the token may block.
        _ = _stop.CancelAsync();
    }

    /// <summary>What runs and how much is not reported, in words.</summary>
    public string RunningTests()
    {
        if (!Gate.TryEnter(GatePatience)) return "it is not known which tests were running.";
        try
        {
            var running = Timeline.Running;
            return $"{(running.Count == 0 ? "nothing was running" : $"running were {string.Join("; ", running)}")}; "
                + $"{Records.Count(record => !record.IsReported)} of {Records.Count} cases had not been reported.";
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>How long ago the last of the categories had its deadline; null while one of them has time, or none passes.</summary>
    public TimeSpan? LateBy()
    {
        var late = _clocks.Select(clock => clock.Late).ToList();
        return late.Count == 0 || late.Contains(null) ? null : late.Min();
    }

    /// <summary>Completes when none of the cases has time left; never when there are none, because xUnit makes no fixtures then.</summary>
    public Task OverAsync(IReadOnlyCollection<CaseRecord> records, Func<BudgetClock, Task> givenUp) =>
        records.Count == 0
            ? new TaskCompletionSource().Task
            : Task.WhenAll(records.Select(record => record.Clock).Distinct().Select(givenUp));

    /// <summary>
    /// Finds out which tests the unreported cases consist of, where that is quick: a theory whose rows are not known
    /// beforehand is then as many results as it would have been.
    /// </summary>
    public async Task PlanAsync(IEnumerable<CaseRecord> records)
    {
        using var enough = new CancellationTokenSource(PlanningTime, Time);
        await Task.WhenAll(records.Where(record => record is { IsReported: false, Started: false, IsSkipped: false })
            .Select(record => PlanAsync(record, enough.Token)));
    }

    private async Task PlanAsync(CaseRecord record, CancellationToken stop)
    {
        try
        {
            var tests = await TheoryRows.ReadAsync(record.Case.TestMethod, record.Case.CreateTests, Time, stop);
            lock (Gate) record.Planned = tests;
        }
        catch (Exception)
        {
            // Whatever kept its rows from us: it is reported as one.
        }
    }

    public DateTimeOffset Start { get; }

    /// <summary>How long the cases took that ran, in seconds.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Taken()
    {
        lock (Gate)
            return [.. Records.Where(record => record.Summary.Total > record.Summary.Skipped + record.Summary.NotRun)
                .Select(record => KeyValuePair.Create(Durations.Name(record.Case), (double)record.Summary.Time))];
    }

    /// <summary>What the run came to.</summary>
    /// <param name="assembly">Its name.</param>
    /// <param name="order">The seed, and the part of the tests that ran.</param>
    /// <param name="plan">Of its shards.</param>
    public RunReport Report(string assembly, string order, ShardPlan? plan)
    {
        lock (Gate)
        {
            var budgets = _clocks.Select(clock => (clock.Category, Shared: TimeOf(clock.Category).UsedOf(clock.Category.Name)))
                .Select(clock =>
                    new BudgetReport(clock.Category.Name, clock.Category.Budget, clock.Shared.Here, clock.Shared.Used - clock.Shared.Here));
            return new(assembly, order, plan, Start, Time.GetUtcNow(), [.. Results.Tests], [.. Results.Errors], [.. budgets]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _clocks.ForEach(clock => clock.Dispose());
        _shared.Dispose();
        _alone.Dispose();
    }

    /// <summary>Only what is promised for a category is promised for the whole run.</summary>
    private SharedTime TimeOf(Category category) => category.IsOther ? _alone : _shared;

    private string Describe(Category category)
    {
        var (used, here, others) = TimeOf(category).UsedOf(category.Name);
        lock (Gate) return Timeline.Describe(category, here, used - here, others);
    }
}
