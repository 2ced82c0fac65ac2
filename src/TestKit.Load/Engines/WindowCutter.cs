namespace ChainBridge.TestKit.Load.Engines;

/// <summary>Cuts a phase into windows by when iterations ended.</summary>
internal sealed class WindowCutter(LoadPhase phase, TimeSpan length, ILoadWatcher? watcher, bool keeps)
{
    private readonly List<LoadWindow> _windows = [];
    private TimeSpan _began;
    private long _begun, _dropped;

    /// <summary>Empty where none is to be kept.</summary>
    public IReadOnlyList<LoadWindow> All => _windows;

    /// <summary>Cuts when the window under way is full.</summary>
    /// <returns>Why the watcher wants the run to end; null when it does not.</returns>
    public string? Cut(TimeSpan now) => now - _began < length ? null : Add(now);

    /// <summary>The rest, where something is in it.</summary>
    public void Finish(TimeSpan now)
    {
        if (now > _began) Add(now);
    }

    private string? Add(TimeSpan now)
    {
        var (begun, dropped) = (phase.Begun, phase.Dropped);
        var window = new LoadWindow(_began, now - _began, phase.Collect(), begun - _begun, phase.InFlight) { Dropped = dropped - _dropped };
        (_began, _begun, _dropped) = (now, begun, dropped);
        if (keeps) _windows.Add(window);
        return watcher?.Sees(window);
    }
}
