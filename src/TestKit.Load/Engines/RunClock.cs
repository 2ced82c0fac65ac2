namespace ChainBridge.TestKit.Load.Engines;

/// <summary>The time of one phase of a run, from its beginning; monotonic, whatever is done to the wall clock.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_began);
}
