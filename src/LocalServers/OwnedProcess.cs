using System.Diagnostics;

namespace ChainBridge.LocalServers;

/// <summary>
/// A server that cannot outlive its owner. A small shell starts it, holds a pipe to this process, and when the pipe
/// closes, because we closed it or because we were killed, stops the server and removes its folder.
/// </summary>
internal sealed class OwnedProcess : IAsyncDisposable
{
    /// <summary>QUIT: the data is thrown away with the folder, so there is nothing to save.</summary>
    private const string Keeper = """
        folder=$1; shift
        exec 3<&0
        "$@" 3<&- </dev/null & server=$!
        (cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null; i=0
         while kill -0 $server 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done; kill -KILL $server 2>/dev/null) & watch=$!
        wait $server; code=$?
        kill $watch 2>/dev/null
        rm -rf "$folder"
        exit $code
        """;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private readonly Process _shell;
    private readonly Queue<string> _lines = new();

    private OwnedProcess(Process shell) => _shell = shell;

    /// <summary>Starts the program; its folder is removed when it ends, however it ends.</summary>
    public static OwnedProcess Start(string folder, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Keeper, "sh", folder, .. command])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        var owned = new OwnedProcess(new Process { StartInfo = start });
        owned._shell.OutputDataReceived += owned.Keep;
        owned._shell.ErrorDataReceived += owned.Keep;
        owned._shell.Start();
        owned._shell.BeginOutputReadLine();
        owned._shell.BeginErrorReadLine();
        return owned;
    }

    /// <summary>Whether the server has ended.</summary>
    public bool Ended => _shell.HasExited;

    /// <summary>How it ended and what it said last; for errors.</summary>
    public string LastWords
    {
        get
        {
            lock (_lines) return $"{(Ended ? $"ended with exit code {_shell.ExitCode}" : "still runs")}; its last output:\n{string.Join('\n', _lines)}";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_shell.HasExited)
        {
            _shell.StandardInput.Close();
            using var deadline = new CancellationTokenSource(StopTimeout);
            try
            {
                await _shell.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _shell.Kill(entireProcessTree: true);
            }
        }

        _shell.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_lines)
        {
            _lines.Enqueue(line.Data);
            if (_lines.Count > 20) _lines.Dequeue();
        }
    }
}
