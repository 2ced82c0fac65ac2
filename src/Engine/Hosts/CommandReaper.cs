using System.Diagnostics;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// Ends a command's processes when the runner is killed: a small shell in a session of its own holds a pipe to this
/// process, and when the pipe closes it asks all that carry the command's id to end, and kills what does not.
/// </summary>
internal sealed class CommandReaper : IDisposable
{
    private const string Script = """
        trap "" INT TERM HUP
        # The reader of these is gone by then: a word of kill's would end this shell.
        exec >/dev/null 2>&1
        while read -r _; do :; done
        left() { grep -lsF -e "$1" /proc/[0-9]*/environ | cut -d/ -f3; }
        i=0
        while ids=$(left "$1") && [ -n "$ids" ] && [ $i -lt 150 ]; do
          [ $i -gt 0 ] || kill -TERM $ids
          [ $i -lt 50 ] || kill -KILL $ids
          sleep 0.1; i=$((i+1))
        done
        """;

    private readonly Process _shell;

    private CommandReaper(Process shell) => _shell = shell;

    /// <summary>Starts the reaper of the command with this id; null where there is no <c>/proc</c> to find its processes in.</summary>
    public static CommandReaper? Start(string id)
    {
        if (!Directory.Exists("/proc/self")) return null;
        var start = OwnSession.Of("/bin/sh", "-c", Script, "sh", id);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.WorkingDirectory = "/";
        return new(Process.Start(start)!);
    }

    /// <summary>The command has ended: there is nothing left to reap.</summary>
    public void Dispose()
    {
        _shell.Kill();
        _shell.Dispose();
    }
}
