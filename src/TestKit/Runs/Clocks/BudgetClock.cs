namespace ChainBridge.TestKit.Runs.Clocks;

/// <summary>
/// One category's time in one run: it passes while tests or fixtures of the category are at work, not while they wait
/// for their turn. At the deadline its tests are cancelled; one that does not end then is given up in three steps, the
/// test first, then its collection, then the assembly, each with time to end by itself after the one before.
/// </summary>
internal sealed class BudgetClock : IDisposable
{
    private static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CollectionPatience = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan AssemblyPatience = TimeSpan.FromSeconds(6);

    private readonly CancellationTokenSource _spent = new();
    private readonly TaskCompletionSource _test = Later();
    private readonly TaskCompletionSource _collection = Later();
    private readonly TaskCompletionSource _assembly = Later();
    private readonly List<ITimer> _patience = [];
    private readonly Lock _gate = new();
    private readonly SharedTime _shared;
    private readonly Func<Category, string> _describe;
    private readonly TimeProvider _time;
    private ITimer? _deadline;
    private int _atWork;
    private long? _due;
    private bool _over;
    private volatile string? _verdict;

    /// <summary>No time passes yet.</summary>
    /// <param name="shared">Keeps what the category used.</param>
    /// <param name="describe">Asked at the deadline, once: what was used, by whom.</param>
    public BudgetClock(Category category, SharedTime shared, Func<Category, string> describe, TimeProvider time) =>
        (Category, _shared, _describe, _time) = (category, shared, describe, time);

    public Category Category { get; }

    /// <summary>Null while there is time; then the message of every test that had not finished.</summary>
    public string? Verdict => _verdict;

    /// <summary>Cancelled at the deadline.</summary>
    public CancellationToken Spent => _spent.Token;

    /// <summary>Completes when a test that ignores its cancellation is given up.</summary>
    public Task TestGivenUp => _test.Task;

    /// <summary>Completes when a collection whose fixtures hang is given up.</summary>
    public Task CollectionGivenUp => _collection.Task;

    /// <summary>Completes when the assembly's fixtures are given up.</summary>
    public Task AssemblyGivenUp => _assembly.Task;

    /// <summary>How long ago the deadline passed; negative before it, null while no time passes or there is no deadline.</summary>
    public TimeSpan? Late
    {
        get
        {
            lock (_gate) return _due is { } due ? _time.GetElapsedTime(due) : null;
        }
    }

    /// <summary>A test or fixture of the category begins work: its time passes. Once over, it stays over.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            if (_atWork++ > 0 || _over) return;
            // What others of the run used is looked up anew: they may have been at work while we were not.
            var left = Category.Budget - _shared.UsedOf(Category.Name).Used;
            _shared.Begin(Category.Name);
            // A budget without an end is only one that was asked for.
            if (Category.Budget == Timeout.InfiniteTimeSpan) return;
            if (left < TimeSpan.Zero) left = TimeSpan.Zero;
            _due = _time.GetTimestamp() + (long)(left.TotalSeconds * _time.TimestampFrequency);
            _deadline = After(left, Over);
        }
    }

    /// <summary>A test or fixture that entered is done; with the last one the time stands still.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_atWork > 0 || _over) return;
            _deadline?.Dispose();
            _due = null;
            _shared.End(Category.Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _deadline?.Dispose();
            _patience.ForEach(timer => timer.Dispose());
        }
    }

    private void Over()
    {
        lock (_gate)
        {
            // The last one left while the timer fired.
            if (_over || _atWork == 0) return;
            _over = true;
        }

        _verdict = _describe(Category);
        lock (_gate)
        {
            _patience.AddRange([After(TestPatience, () => _test.TrySetResult()),
                After(CollectionPatience, () => _collection.TrySetResult()), After(AssemblyPatience, () => _assembly.TrySetResult())]);
        }

        // What tests registered on the token may block; it must not block the clock.
        _ = _spent.CancelAsync();
    }

    private ITimer After(TimeSpan delay, Action act) => _time.CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan);

    private static TaskCompletionSource Later() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
