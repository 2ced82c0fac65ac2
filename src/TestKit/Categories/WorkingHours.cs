using Xunit.Sdk;

namespace ChainBridge.TestKit.Categories;

/// <summary>
/// Tells the clocks who is at work, from xUnit's messages. A collection, its fixtures included, is work for the
/// categories in it; what comes before the first collection and after the last, the assembly's fixtures, is work for all.
/// </summary>
internal sealed class WorkingHours
{
    private readonly IReadOnlyList<BudgetClock> _all;
    private readonly Dictionary<string, IReadOnlyList<BudgetClock>> _waiting;
    private readonly Dictionary<string, IReadOnlyList<BudgetClock>> _working = [];
    private bool _opening = true;

    /// <summary>The assembly's fixtures are next.</summary>
    public WorkingHours(IReadOnlyCollection<CaseRecord> records)
    {
        _all = Clocks(records);
        _waiting = records.GroupBy(record => record.Case.TestCollection.UniqueID).ToDictionary(collection => collection.Key, Clocks);
        foreach (var clock in _all) clock.Enter();
    }

    /// <summary>Takes a message in.</summary>
    public void Observe(IMessageSinkMessage message)
    {
        if (message is ITestCollectionStarting starting) Start(starting.TestCollectionUniqueID);
        if (message is ITestCollectionFinished finished) Finish(finished.TestCollectionUniqueID);
    }

    private void Start(string collection)
    {
        if (!_waiting.Remove(collection, out var clocks)) return;
        _working[collection] = clocks;
        foreach (var clock in clocks) clock.Enter();
        if (!_opening) return;
        _opening = false;
        foreach (var clock in _all) clock.Leave();
    }

    /// <summary>The collection is done, or was left behind.</summary>
    public void Finish(string collection)
    {
        if (!_working.Remove(collection, out var clocks)) return;
        // The end is everybody's before the last collection gives up its own, so that no clock stops in between.
        if (_waiting.Count + _working.Count == 0)
            foreach (var clock in _all) clock.Enter();
        foreach (var clock in clocks) clock.Leave();
    }

    private static IReadOnlyList<BudgetClock> Clocks(IEnumerable<CaseRecord> records) => [.. records.Select(record => record.Clock).OfType<BudgetClock>().Distinct()];
}
