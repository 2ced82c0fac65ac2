using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Platforms;

/// <summary>One-off runs of services, e.g. migrations, that outlive a runner that was killed.</summary>
internal static class OnceRuns
{
    /// <summary>The time one has, and gets still when its runner is gone.</summary>
    public static TimeSpan Longest => Command.OnceTimeout;

    /// <summary>Variable that marks such a process; its value is the state directory.</summary>
    public const string Mark = "CHAINBRIDGE_ONCE";

    private const int Kill = 9;
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Done when no process of that state directory is left: each may come to its end, and is killed when its time is over.
    /// </summary>
    /// <exception cref="EngineException"><see cref="Failure.PersonNeeded"/>: one does not end even when killed.</exception>
    public static async Task EndAsync(string state, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        foreach (var process in Of(state))
            while (process.Running)
            {
                if (time.GetElapsedTime(began) >= patience) process.Signal(Kill);
                if (time.GetElapsedTime(began) >= patience + KillDeadline)
                    throw new EngineException(Failure.PersonNeeded,
                        $"the one-off run of a runner that died, process {process.Id}, does not end",
                        $"look at it with ps {process.Id}; then try again");
                await Task.Delay(Look, time, cancellationToken);
            }
    }

    private static List<ProcessIdentity> Of(string state) => [.. ProcessTable.WithVariable($"{Mark}={state}\0")];
}
