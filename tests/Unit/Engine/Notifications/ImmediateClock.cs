namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>A clock on which a wait is over at once and written down, where a test lets it pass; any other one never ends.</summary>
internal sealed class ImmediateClock(Func<TimeSpan, bool> passes) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waited = [];

    /// <summary>The waits in seconds, in order.</summary>
    public IReadOnlyList<double> Waited
    {
        get
        {
            lock (_gate) return [.. _waited.Select(wait => wait.TotalSeconds)];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || !passes(dueTime))
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate) _waited.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
