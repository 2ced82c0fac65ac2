namespace ChainBridge.TestKit.Load.Engines;

/// <summary>
/// Begins each arrival when it is due, from threads of its own: neither the thread pool nor an answer can hold them up. More than
/// one, because one alone falls behind at tens of thousands a second.
/// </summary>
/// <param name="first">The number of its first arrival.</param>
internal sealed class OpenModel(LoadPhase phase, LoadShape shape, int generator, int generators, long first, IPacer pacer)
{
    private const int Threads = 2;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private Exception? _failure;
    private long _due;

    /// <summary>Arrivals that were due until the end.</summary>
    public long Due => Volatile.Read(ref _due);

    /// <summary>Runs the schedule; ends with it, or when the phase is over.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Threads).Select(thread =>
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            Dispatch(thread);
            if (_failure is { } failure) done.TrySetException(failure);
            else done.TrySetResult();
        }) { IsBackground = true, Name = $"load {thread}" }.Start();
        return done.Task;
    }));

    /// <summary>One thread's part of the schedule. For tests it is called directly.</summary>
    internal void Dispatch(int thread, int threads = Threads)
    {
        try
        {
            pacer.Prepare();
            var cursor = new ArrivalCursor(shape, (generator * threads) + thread, generators * threads);
            while (cursor.TryNext(out var due))
            {
                while (!phase.IsOver && due - phase.Now is { Ticks: > 0 } early) pacer.Rest(early < LongestRest ? early : LongestRest);
                if (phase.IsOver) return;
                Interlocked.Increment(ref _due);
                phase.Begin(first + cursor.Number, due);
            }
        }
        catch (Exception failure)
        {
            lock (_gate) _failure ??= failure;
            phase.End();
        }
    }
}
