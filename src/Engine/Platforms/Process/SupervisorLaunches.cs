namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// Launches supervisors for one order until one of them takes it. A supervisor that finds another one in its place ends at
/// once; the next is launched after a pause, so that launches do not take the processor from the one that is slow to answer.
/// </summary>
/// <param name="launch">Launches one.</param>
internal sealed class SupervisorLaunches(Func<System.Diagnostics.Process> launch, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>What a supervisor ends with that found another one in its place.</summary>
    private const int Yielded = 3;

    /// <summary>
    /// What a supervisor ends with that got no order for a while: on a busy machine this runner may have been too slow to give one.
    /// </summary>
    private const int NothingToRun = 0;

    private System.Diagnostics.Process? _latest;
    private long? _ended;
    private TimeSpan _pause = FirstPause;

    /// <summary>
    /// Launches one when none was launched yet, or when the latest made way and the pause after it is over: 0.2 s, doubled up to 5 s.
    /// </summary>
    /// <returns>The exit code of the latest when it failed; null when it runs or made way.</returns>
    public int? LaunchIfDue()
    {
        if (_latest is { HasExited: false }) return null;
        if (_latest is { ExitCode: not (Yielded or NothingToRun) }) return _latest.ExitCode;
        if (_latest is not null)
        {
            _ended ??= time.GetTimestamp();
            if (time.GetElapsedTime(_ended.Value) < _pause) return null;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _latest.Dispose();
        }

        (_latest, _ended) = (launch(), null);
        return null;
    }

    /// <summary>Lets go of the latest, which runs on.</summary>
    public void Dispose() => _latest?.Dispose();
}
