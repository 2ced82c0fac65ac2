using ChainBridge.TestKit.Runs.Clocks;
using Xunit.Sdk;

namespace ChainBridge.TestKit.Runs.Cases;

/// <summary>
/// Starts and stops the clocks of the categories at work, from xUnit's messages. While a test runs in a collection, that is its category;
/// what comes before, between and after them, the collection's fixtures, is work for all categories in it. What comes before
/// the first collection and after the last, the assembly's fixtures, is work for all.
/// </summary>
internal sealed class WorkingHours
{
    private readonly IReadOnlyList<BudgetClock> _all;
    private readonly Func<string, CaseRecord?> _record;
    private readonly Dictionary<string, IReadOnlyList<BudgetClock>> _waiting;
    private readonly Dictionary<string, Shift> _working = [];
    private bool _opening = true;

    /// <summary>The assembly's fixtures are next.</summary>
    /// <param name="record">The case of an id.</param>
    public WorkingHours(IReadOnlyCollection<CaseRecord> records, Func<string, CaseRecord?> record)
    {
        (_all, _record) = (Clocks(records), record);
        _waiting = records.GroupBy(one => one.Case.TestCollection.UniqueID).ToDictionary(collection => collection.Key, Clocks);
        foreach (var clock in _all) clock.Enter();
    }

    /// <summary>Takes a message in.</summary>
    public void Observe(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCollectionStarting starting:
                Start(starting.TestCollectionUniqueID);
                break;
            case ITestStarting starting when _working.TryGetValue(starting.TestCollectionUniqueID, out var shift):
                shift.Begin(starting.TestUniqueID, _record(starting.TestCaseUniqueID)?.Clock);
                break;
            case ITestFinished finished when _working.TryGetValue(finished.TestCollectionUniqueID, out var shift):
                shift.End(finished.TestUniqueID);
                break;
            case ITestCollectionFinished finished:
                Finish(finished.TestCollectionUniqueID);
                break;
        }
    }

    private void Start(string collection)
    {
        if (!_waiting.Remove(collection, out var clocks)) return;
        _working[collection] = new(clocks);
        if (!_opening) return;
        _opening = false;
        foreach (var clock in _all) clock.Leave();
    }

    /// <summary>The collection is done, or was left behind.</summary>
    public void Finish(string collection)
    {
        if (!_working.Remove(collection, out var shift)) return;
        // The work at the end counts for all categories before the last collection gives up its own, so that no clock stops in between.
        if (_waiting.Count + _working.Count == 0)
            foreach (var clock in _all) clock.Enter();
        shift.Close();
    }

    private static IReadOnlyList<BudgetClock> Clocks(IEnumerable<CaseRecord> records) =>
        [.. records.Select(record => record.Clock).Distinct()];

    /// <summary>A collection at work.</summary>
    private sealed class Shift
    {
        private readonly IReadOnlyList<BudgetClock> _clocks;
        private readonly Dictionary<string, BudgetClock?> _running = [];
        private readonly HashSet<BudgetClock> _atWork = [];

        public Shift(IReadOnlyList<BudgetClock> clocks)
        {
            _clocks = clocks;
            Settle(clocks);
        }

        public void Begin(string test, BudgetClock? clock)
        {
            _running[test] = clock;
            Settle(_clocks.Where(_running.ContainsValue));
        }

        public void End(string test)
        {
            _running.Remove(test);
            Settle(_running.Count == 0 ? _clocks : _clocks.Where(_running.ContainsValue));
        }

        public void Close() => Settle([]);

        private void Settle(IEnumerable<BudgetClock> atWork)
        {
            var due = atWork.ToHashSet();
            foreach (var clock in due.Where(_atWork.Add).ToList()) clock.Enter();
            foreach (var clock in _atWork.Except(due).ToList())
            {
                _atWork.Remove(clock);
                clock.Leave();
            }
        }
    }
}
