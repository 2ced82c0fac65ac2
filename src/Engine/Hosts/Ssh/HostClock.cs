namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>
/// The clock of a host: two runners whose own clocks differ read the same time there, so an expiry that one wrote means the same to the
/// other.
/// </summary>
internal sealed class HostClock(TimeProvider here, TimeSpan ahead) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => here.LocalTimeZone;

    public override long TimestampFrequency => here.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => here.GetUtcNow() + ahead;

    public override long GetTimestamp() => here.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        here.CreateTimer(callback, state, dueTime, period);
}
