using System.Globalization;
using System.Text;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>The files of a host, through a shell of it.</summary>
/// <param name="name">Of the host, for messages.</param>
/// <param name="shell">Answers the shell; a new one when the last was cut off.</param>
internal sealed class ShellFiles(string name, Func<RemoteShell> shell) : IHostFiles
{
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Lock _counting = new();
    private readonly HashSet<ShellLock> _held = [];

    /// <summary>Whether something is still thought to be locked, and the shell that held it is gone: another runner may have it.</summary>
    public bool LostALock
    {
        get
        {
            lock (_counting) return _held.Any(held => !held.Shell.Alive);
        }
    }

    public bool Exists(string path) => Ask(ShellScripts.Exists(path)).Succeeded;

    public string? Read(string path) => Ask(ShellScripts.Read(path)) switch
    {
        { Succeeded: true } read => read.Text,
        { Status: ShellScripts.Absent } => null,
        var failed when failed.Text.Contains("No such file", StringComparison.Ordinal) => null,
        var failed => throw Failed(path, failed),
    };

    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null)
    {
        var bits = mode is { } given ? Convert.ToString((int)given, 8) : null;
        Must(path, ShellScripts.Write(path, half ?? $"{path}.{Guid.NewGuid():N}.tmp", Encoding.UTF8.GetBytes(content), bits));
    }

    public DiskSpace Disk(string path)
    {
        var answer = Must(path, Ask(ShellScripts.Disk(path)));
        return answer.Text.Split(' ', StringSplitOptions.TrimEntries).Select(long.Parse).ToList() is [var free, var total, var block]
            ? new(free * block, total * block)
            : throw Failed(path, answer);
    }

    public void Delete(string path) => Must(path, ShellScripts.Delete(path));

    public void MakePrivateFolder(string path) => Must(path, ShellScripts.MakePrivateFolder(path));

    public IReadOnlyList<string> Folders(string path) => [.. Must(path, Ask(ShellScripts.Folders(path))).Text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(folder => folder.TrimEnd('/'))];

    public void DeleteFolder(string path, bool onlyEmpty = false)
    {
        if (Path.GetDirectoryName(path) is not { Length: > 1 }) throw new ArgumentException($"{path} is not removed", nameof(path));
        Must(path, ShellScripts.DeleteFolder(path, onlyEmpty));
    }

    public void Sweep(string folder) => Must(folder, ShellScripts.Sweep(folder));

    public IHostLog OpenLog(string path, bool toWrite)
    {
        if (!toWrite && !Exists(path)) throw new FileNotFoundException($"{name} has no file {path}", path);
        var began = TimeProvider.System.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (true)
        {
            if (TryLock(path, toReadBeside: !toWrite) is { } held) return new ShellLog(this, held, path, toWrite);
            if (TimeProvider.System.GetElapsedTime(began) > LogPatience)
                throw new IOException($"{name}: another process keeps {path} open for more than {LogPatience.TotalSeconds:0} s");
            never.Wait(Pause);
        }
    }

    public async Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryLock(path, toReadBeside: false) is { } held) return held;
            if (time.GetElapsedTime(began) > deadline)
                throw new EngineException(Failure.Locked, $"waited {deadline.TotalSeconds:0} s for "
                    + (what ?? $"another process to let go of {path} on {name}"), "look for another deployrunner that hangs");
            onWait?.Invoke();
            onWait = null;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Null when another process has the file.</summary>
    private ShellLock? TryLock(string path, bool toReadBeside)
    {
        var one = shell();
        var descriptor = one.Take();
        try
        {
            var answer = one.Run(toReadBeside ? ShellScripts.LockToRead(path, descriptor) : ShellScripts.Lock(path, descriptor));
            if (!answer.Succeeded && answer.Status != ShellScripts.Held) throw Failed(path, answer);
            if (answer.Succeeded)
            {
                var held = new ShellLock(this, one, descriptor);
                lock (_counting) _held.Add(held);
                return held;
            }
        }
        catch
        {
            one.Give(descriptor);
            throw;
        }

        one.Give(descriptor);
        return null;
    }

    /// <summary>A question changes nothing: one that a cut connection left without an answer is asked again over a new one.</summary>
    private ShellAnswer Ask(string script)
    {
        var one = shell();
        try
        {
            return one.Run(script);
        }
        catch (EngineException) when (!one.Alive)
        {
            return shell().Run(script);
        }
    }

    private ShellAnswer Must(string path, string script) => Must(path, shell().Run(script));

    private ShellAnswer Must(string path, ShellAnswer answer) => answer.Succeeded ? answer : throw Failed(path, answer);

    private IOException Failed(string path, ShellAnswer answer) => new($"{name}: {path}: "
        + (answer.Text.Trim() is { Length: > 0 } said ? said.ReplaceLineEndings("; ") : $"exit code {answer.Status}"));

    /// <summary>A file that this runner holds.</summary>
    private sealed class ShellLock(ShellFiles files, RemoteShell shell, int descriptor) : IDisposable
    {
        public RemoteShell Shell => shell;

        public void Dispose()
        {
            lock (files._counting)
                if (!files._held.Remove(this)) return;
            shell.Give(descriptor);
        }
    }

    /// <summary>
    /// While it is open the file is this runner's, so what was read once is not asked for again: a question costs a way to the host
    /// and back.
    /// </summary>
    private sealed class ShellLog : IHostLog
    {
        private const int Tail = 64 * 1024;
        private readonly ShellFiles _files;
        private readonly ShellLock _held;
        private readonly string _path;
        private readonly MemoryStream _known = new();
        private readonly long _knownFrom;

        public ShellLog(ShellFiles files, ShellLock held, string path, bool toWrite)
        {
            (_files, _held, _path) = (files, held, path);
            try
            {
                var answer = files.Must(path, held.Shell.Run(ShellScripts.LengthAndContent(path, toWrite ? Tail : null))).Output;
                var line = Array.IndexOf(answer, (byte)'\n');
                _known.Write(answer.AsSpan(line + 1));
                Length = long.Parse(Encoding.ASCII.GetString(answer, 0, line), CultureInfo.InvariantCulture);
                _knownFrom = Length - _known.Length;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }

        public long Length { get; private set; }

        public string Read(long from) => from >= _knownFrom
            ? Encoding.UTF8.GetString(_known.GetBuffer(), (int)(from - _knownFrom), (int)(Length - from))
            : _files.Must(_path, _held.Shell.Run(ShellScripts.ReadFrom(_path, from))).Text;

        public void Append(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            _files.Must(_path, _held.Shell.Run(ShellScripts.Append(_path, bytes)));
            _known.Write(bytes);
            Length += bytes.Length;
        }

        public void Dispose() => _held.Dispose();
    }
}
