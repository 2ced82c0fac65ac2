namespace ChainBridge.Supervisor;

/// <summary>
/// How long to wait before a unit that died is started again: 0.2 s, doubled up to 10 s, and 0.2 s again once it ran for a minute.
/// </summary>
public sealed class RestartPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private TimeSpan _next = First;

    /// <summary>The pause after a process that ran this long.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        var pause = ran >= Healthy ? First : _next;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }
}
