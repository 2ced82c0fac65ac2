using System.ComponentModel;
using System.Diagnostics;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>
/// A small shell that holds a pipe to this process and, should the process die in the middle of a run, prints what the unfinished
/// result file holds: which tests were running, and where the file is. It has a session of its own where that can be had.
/// </summary>
internal sealed class DeathNotice : IDisposable
{
    private const string Script = """
        trap "" INT TERM HUP
        while read -r word; do over=$word; done
        [ "$over" = over ] || [ ! -f "$2" ] || { printf 'ChainBridge.TestKit: %s: the process died. ' "$1"
          sed -n 's/.*"message":"\(The run has not come to its end[^"]*\)".*/\1/p' "$2"; printf 'Its result file: %s\n' "$2"; } >&2
        """;

    private readonly Process _shell;

    private DeathNotice(Process shell) => _shell = shell;

    /// <summary>Starts it; null where there is no shell.</summary>
    public static DeathNotice? Start(string assembly, string file)
    {
        var start = OwnSession.Of("/bin/sh", "-c", Script, "sh", assembly, file);
        start.RedirectStandardInput = true;
        try
        {
            return Process.Start(start) is { } process ? new(process) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The run is over: there is nothing to print.</summary>
    public void Dispose()
    {
        try
        {
            _shell.StandardInput.WriteLine("over");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was killed.
        }

        _shell.Dispose();
    }
}
