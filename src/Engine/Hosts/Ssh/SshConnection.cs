using System.Diagnostics;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>Where a connection leads, and with what.</summary>
/// <param name="Config">A configuration of ssh in the place of the user's; null for that.</param>
/// <param name="Key">A private key; null for those that ssh finds by itself.</param>
internal sealed record SshTarget(HostAddress Address, string? Config, string? Key)
{
    /// <summary>How long a connection that was cut is tried again. Default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// One control connection of the OpenSSH client in a private folder. A small shell holds it: when the runner is gone, however it went, the
/// pipe to that shell closes, and it ends the connection and removes the folder.
/// </summary>
internal sealed class SshConnection : IDisposable
{
    private const string Watchdog = """
        # It is there before the key is, so that a runner that is killed meanwhile leaves none.
        read -r _ || { rm -rf -- "$FOLDER"; exit; }
        "$@" </dev/null >/dev/null & ssh=$!
        # From here on the end of this output says that ssh has ended.
        exec >/dev/null 2>&-
        while read -r _; do :; done
        kill $ssh 2>/dev/null
        wait $ssh
        rm -rf -- "$FOLDER"
        """;

    private const UnixFileMode OwnerOnly = DurableFile.OwnerOnly;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For all of it: jump hosts, and a person who has to touch a key.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(3);

    /// <summary>A socket's path has at most 104 bytes on some systems, and ssh adds 17 while it makes one.</summary>
    private const int LongestFolder = 70;

    private readonly string _folder;
    private readonly Process _watchdog;
    private readonly SshWords _words;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IExecutor _executor;

    private SshConnection(string folder, Process watchdog, SshWords words, IExecutor executor)
    {
        (_folder, _watchdog, _words, _executor) = (folder, watchdog, words, executor);
        watchdog.ErrorDataReceived += (_, written) =>
        {
            if (written.Data is { } line) words.Add(line);
            else _ended.TrySetResult();
        };
        watchdog.BeginErrorReadLine();
    }

    /// <summary>Whether ssh still runs; it ends by itself when the host no longer answers.</summary>
    public bool Alive => !_ended.Task.IsCompleted;

    /// <summary>The server's refusal to lead a port or socket on; null while there was none.</summary>
    public string? ForwardRefused => _words.ForwardRefused;

    /// <summary>Starts the shell of the host that its files are written through.</summary>
    public Command Shell => SshCommands.Shell(Control);

    private string Control => Path.Combine(_folder, "control");

    /// <summary>A path of this connection's own.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Connects.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>, with the reason.</exception>
    public static SshConnection Open(SshTarget target, IExecutor executor, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = NewFolder();
        var key = target.Key is null ? null : Path.Combine(folder, "key");
        var command = SshCommands.Connect(target.Address.Name, target.Address.User, target.Address.Port, target.Config, key,
            Path.Combine(folder, "control"), ConnectTimeout);
        var start = OwnSession.Of(["/bin/sh", "-c", Watchdog, "sh", command.Program, .. command.Arguments]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.Environment["FOLDER"], start.Environment["LC_ALL"]) = (folder, "C");
        var words = new SshWords(target.Address);
        SshConnection? connection = null;
        try
        {
            connection = new SshConnection(folder, Process.Start(start)!, words, executor);
            if (key is not null) WriteKey(key, target.Key!);
            connection._watchdog.StandardInput.WriteLine("begin");
            connection._watchdog.StandardInput.Flush();
            connection.Wait(time, cancellationToken);
            return connection;
        }
        catch
        {
            if (connection is not null) connection.Dispose();
            else Directory.Delete(folder, recursive: true);
            throw;
        }
        finally
        {
            // It was needed once; a runner that is killed later leaves none.
            if (key is not null && File.Exists(key)) File.Delete(key);
        }
    }

    /// <summary>Leads from a socket or port here to one on the host.</summary>
    /// <param name="from">A path, or <c>address:port</c>.</param>
    public async Task<CommandResult> ForwardAsync(string from, string to, CancellationToken cancellationToken) =>
        await _executor.RunAsync(SshCommands.Forward(Control, from, to), null, cancellationToken);

    public void Dispose()
    {
        _watchdog.StandardInput.Close();
        if (!_watchdog.WaitForExit(EndDeadline)) _watchdog.Kill(entireProcessTree: true);
        _watchdog.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The shell removed it.
        }
    }

    private void Wait(TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        // The socket is made once the host has let us in.
        while (!File.Exists(Control))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_ended.Task.Wait(Look, cancellationToken)) throw _words.Failed();
            if (time.GetElapsedTime(began) > Deadline) throw _words.Failed(SshTrouble.TimedOut);
        }
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("chainbridge-ssh-").FullName;
        // ssh takes a space for the end of the path, and a percent sign for one of its own words.
        if (folder.Length <= LongestFolder && !folder.Any(character => character is ' ' or '%' or '"')) return folder;
        Directory.Delete(folder);
        folder = $"/tmp/chainbridge-ssh-{Guid.NewGuid():N}"[..32];
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        return folder;
    }

    private static void WriteKey(string path, string key)
    {
        using var file = new StreamWriter(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        });
        // As a variable it may have lost its last line end, or have got those of another system.
        file.Write(key.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }
}
