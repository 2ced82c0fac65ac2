using System.Diagnostics;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Starts a process that outlives the runner.</summary>
internal static class DetachedProcess
{
    private const string Script = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";

    /// <summary>Starts it in a session of its own, with this environment and no other; its output goes to the log file.</summary>
    public static System.Diagnostics.Process Launch(
        IEnumerable<string> command, string folder, string log, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, "sh", log, .. command]) { WorkingDirectory = folder };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return System.Diagnostics.Process.Start(start)!;
    }
}
