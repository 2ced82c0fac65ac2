using System.Diagnostics;
using ChainBridge.Machine;

namespace ChainBridge.LocalServers;

/// <summary>
/// A server that cannot outlive its owner. A small shell makes its folder, starts it, holds a pipe to this process, and
/// when the pipe closes, because we closed it or because we were killed, stops the server and removes the folder. The
/// shell has a session of its own: what kills our whole group does not kill it. So has the server: what it started is
/// killed once it has ended, however it did, unless it went into a session or a group of its own.
/// </summary>
public sealed class OwnedProcess : IAsyncDisposable
{
    private const string PidLine = "reaper: ";

    /// <summary>
    /// The watching half keeps no hold on our output, or its reader would never see the end of it. It asks again and
    /// again: a program that is only just starting may not have heard it the first time. Shared memory that a killed
    /// PostgreSQL left stands on line 7 of its <c>postmaster.pid</c>.
    /// </summary>
    private const string Reaper = $$"""
        folder=$1; owner=$2; signal=$3; shift 3
        trap "" INT TERM HUP
        exec 3<&0
        tidy() {
          [ -z "$folder" ] && return; cd /
          memory=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null) && [ -n "$memory" ] && ipcrm -m "$memory" 2>/dev/null
          for again in 1 2 3 4 5 6 7 8 9; do rm -rf "$folder" && return; sleep 0.2; done
        }
        if [ -n "$folder" ]; then
          mkdir -m 700 "$folder" && cd "$folder" || exit 97
          [ -z "$owner" ] || chown "$owner" "$folder" || { tidy; exit 97; }
        fi
        alone={{OwnSession.Program}}; [ -x $alone ] || alone=
        end_children() { [ -n "$alone" ] && kill -KILL -$server 2>/dev/null; }
        $alone "$@" 3<&- </dev/null & server=$!
        echo "reaper: $server"
        (exec >/dev/null 2>&1
         while read -r _ <&3; do :; done
         i=0
         while kill -$signal $server && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
         kill -KILL $server; end_children; tidy) & watch=$!
        wait $server; code=$?
        kill -KILL $watch 2>/dev/null
        end_children
        tidy
        exit $code
        """;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long to wait for the rest of its output once it has ended: a child in a session of its own may hold that open for ever.
    /// </summary>
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);
    private readonly Process _shell;
    private readonly Queue<string> _lines = new();
    private readonly Action<string>? _onLine;
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _processId = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OwnedProcess(Process shell, Action<string>? onLine) => (_shell, _onLine) = (shell, onLine);

    /// <summary>Starts the program.</summary>
    /// <param name="folder">
    /// Its working directory, made for it and removed when it ends, however it ends; null to run where we are and remove nothing.
    /// </param>
    /// <param name="environment">Variables added to ours; null values are removed.</param>
    /// <param name="onLine">Gets every line of its output.</param>
    /// <param name="signal">Sent when it is to end; KILL by default. PostgreSQL wants QUIT, to end its children too.</param>
    /// <param name="owner">The user and group who get the folder, as chown takes them; null for our own.</param>
    public static OwnedProcess Start(string? folder, IEnumerable<string> command, IReadOnlyDictionary<string, string?>? environment = null,
        Action<string>? onLine = null, string signal = "KILL", string? owner = null)
    {
        string[] shell = ["/bin/sh", "-c", Reaper, "sh", folder ?? "", owner ?? "", signal, .. command];
        var start = OwnSession.Of(shell);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        var owned = new OwnedProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, onLine);
        owned._shell.Exited += (_, _) => owned._exit.TrySetResult(owned._shell.ExitCode);
        owned._shell.OutputDataReceived += owned.Keep;
        owned._shell.ErrorDataReceived += owned.Keep;
        owned._shell.Start();
        owned._shell.BeginOutputReadLine();
        owned._shell.BeginErrorReadLine();
        return owned;
    }

    /// <summary>The program's own process id, not the shell's.</summary>
    public Task<int> ProcessIdAsync(CancellationToken cancellationToken) => _processId.Task.WaitAsync(cancellationToken);

    /// <summary>Completes when the program has ended and its output was read; answers its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        var code = await _exit.Task.WaitAsync(cancellationToken);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(OutputTimeout);
        try
        {
            await _shell.WaitForExitAsync(late.Token);
        }
        catch (Exception held)
            when (held is InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Its output is held open by another, or it was disposed meanwhile.
        }

        return code;
    }

    /// <summary>Whether the program has ended.</summary>
    public bool Ended => _shell.HasExited;

    /// <summary>How it ended, with its last output; for errors.</summary>
    public string LastOutput
    {
        get
        {
            lock (_lines)
                return $"{(Ended ? $"ended with exit code {_shell.ExitCode}" : "still runs")}; its last output:\n"
                    + $"{string.Join('\n', _lines)}";
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
                await _exit.Task.WaitAsync(deadline.Token);
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
        if (!_processId.Task.IsCompleted && line.Data.StartsWith(PidLine, StringComparison.Ordinal))
        {
            _processId.TrySetResult(int.Parse(line.Data[PidLine.Length..], System.Globalization.CultureInfo.InvariantCulture));
            return;
        }

        _onLine?.Invoke(line.Data);
        lock (_lines)
        {
            _lines.Enqueue(line.Data);
            if (_lines.Count > 20) _lines.Dequeue();
        }
    }
}
