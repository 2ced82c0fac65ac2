namespace ChainBridge.TestKit.Categories;

/// <summary>
/// One category's time in one run. At the deadline its tests are cancelled; whoever does not end then is given up in
/// three steps, the test first, then its collection, then the assembly, each with time to end by itself after the one before.
/// </summary>
internal sealed class BudgetClock : IDisposable
{
    private static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CollectionPatience = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan AssemblyPatience = TimeSpan.FromSeconds(6);

    private readonly CancellationTokenSource _spent = new();
    private readonly List<ITimer> _timers = [];
    private readonly TimeProvider _time;
    private volatile string? _verdict;

    /// <summary>The time runs from here.</summary>
    /// <param name="left">What other assemblies of the run left of the budget.</param>
    /// <param name="verdict">Asked at the deadline, once: what was used, by whom.</param>
    public BudgetClock(Category category, TimeSpan left, Func<Category, string> verdict, TimeProvider time)
    {
        (Category, _time) = (category, time);
        After(left, () =>
        {
            _verdict = verdict(category);
            // What tests registered on the token may block; it must not block the clock.
            _ = _spent.CancelAsync();
        });
        TestGivenUp = Given(left + TestPatience);
        CollectionGivenUp = Given(left + CollectionPatience);
        AssemblyGivenUp = Given(left + AssemblyPatience);
    }

    public Category Category { get; }

    /// <summary>Null while there is time; then what to say to every test that had not finished.</summary>
    public string? Verdict => _verdict;

    /// <summary>Cancelled at the deadline.</summary>
    public CancellationToken Spent => _spent.Token;

    /// <summary>Completes when a test that ignores its cancellation is given up.</summary>
    public Task TestGivenUp { get; }

    /// <summary>Completes when a collection whose fixtures hang is given up.</summary>
    public Task CollectionGivenUp { get; }

    /// <summary>Completes when the assembly's fixtures are given up.</summary>
    public Task AssemblyGivenUp { get; }

    /// <inheritdoc/>
    public void Dispose() => _timers.ForEach(timer => timer.Dispose());

    private Task Given(TimeSpan delay)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, () => done.TrySetResult());
        return done.Task;
    }

    private void After(TimeSpan delay, Action act) => _timers.Add(_time.CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan));
}
