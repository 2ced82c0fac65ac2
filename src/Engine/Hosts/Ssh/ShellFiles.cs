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

    /// <summary>The ends of logs as this runner wrote them last.</summary>
    private readonly Dictionary<string, LogEnd> _ends = [];

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
        var absent when IsAbsent(absent) => null,
        var failed => throw Failed(path, failed),
    };

    public IReadOnlyList<string?> ReadEach(IReadOnlyList<string> paths) => paths.Count == 0
        ? []
        : Contents(Must(paths[0], Ask(ShellScripts.ReadEach(paths))), paths.Count);

    public void Change(Action<IFileChanges> changes)
    {
        var scripts = new List<(string Path, string Script)>();
        changes(new ShellChanges((path, script) => scripts.Add((path, script))));
        if (scripts.Count == 0) return;
        var answer = shell().Run(ShellScripts.InTurn([.. scripts.Select(change => change.Script)]));
        if (answer.Succeeded) return;
        var (made, why) = ShellScripts.Made(answer);
        throw Failed(scripts[made].Path, why);
    }

    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null) =>
        Change(changes => changes.Write(path, content, mode, half));

    public DiskSpace Disk(string path)
    {
        var answer = Must(path, Ask(ShellScripts.Disk(path)));
        return answer.Text.Split(' ', StringSplitOptions.TrimEntries).Select(long.Parse).ToList() is [var free, var total, var block]
            ? new(free * block, total * block)
            : throw Failed(path, answer);
    }

    public void Delete(string path) => Change(changes => changes.Delete(path));

    public void MakePrivateFolder(string path) => Change(changes => changes.MakePrivateFolder(path));

    public IReadOnlyList<string> Folders(string path) => [.. Must(path, Ask(ShellScripts.Folders(path))).Text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(folder => folder.TrimEnd('/'))];

    public void DeleteFolder(string path, bool onlyEmpty = false) => Change(changes => changes.DeleteFolder(path, onlyEmpty));

    public void Sweep(string folder) => Change(changes => changes.Sweep(folder));

    public LogContent ReadLog(LogPath path)
    {
        var answer = InTurn(path.Lines, () => Ask(ShellScripts.ReadLog(path)));
        if (IsAbsent(answer)) return new(null, LogPath.MarkIn(Read(path.Mark)));
        var (_, mark, content) = LogAnswer.Of(Must(path.Lines, answer));
        return new(Encoding.UTF8.GetString(content.Span), mark);
    }

    /// <summary>
    /// What was written last is taken for the end, so that an entry costs one way to the host and back. The host compares under its lock,
    /// writes nothing where another writer was there meanwhile, and answers the end as it is.
    /// </summary>
    public void AppendLog(LogPath path, Func<LogEnd, LogAddition> next)
    {
        LogEnd? end;
        lock (_ends) _ends.Remove(path.Lines, out end);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var addition = end is null ? null : next(end);
            var answer = InTurn(path.Lines, () => shell().Run(addition is null
                ? ShellScripts.EndOfLog(path, LogEnd.TailBytes)
                : ShellScripts.AppendLog(path, LogEnd.TailBytes, end!.Length, end.Mark, addition)));
            if (answer.Status == ShellScripts.Overtaken)
            {
                if (TimeProvider.System.GetElapsedTime(began) > LogPatience)
                    throw new IOException($"{name}: {path.Lines} changed at each try for more than {LogPatience.TotalSeconds:0} s");
                var (length, mark, tail) = LogAnswer.Of(answer);
                end = new(length, tail, mark, () => Must(path.Lines, Ask(ShellScripts.Read(path.Lines))).Text);
                continue;
            }

            Must(path.Lines, answer);
            lock (_ends) _ends[path.Lines] = end!.After(addition!);
            return;
        }
    }

    private ShellAnswer InTurn(string path, Func<ShellAnswer> ask)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (true)
        {
            var answer = ask();
            if (answer.Status != ShellScripts.Held) return answer;
            if (TimeProvider.System.GetElapsedTime(began) > LogPatience)
                throw new IOException($"{name}: another process keeps {path} open for more than {LogPatience.TotalSeconds:0} s");
            never.Wait(Pause);
        }
    }

    public async Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null) =>
        (await LockAsync(path, [], deadline, time, onWait, cancellationToken, what)).Held;

    public Task<GuardedFiles> LockAndReadAsync(string path, IReadOnlyList<string> guarded, TimeSpan deadline, TimeProvider time,
        CancellationToken cancellationToken) => LockAsync(path, guarded, deadline, time, null, cancellationToken, null);

    private async Task<GuardedFiles> LockAsync(string path, IReadOnlyList<string> guarded, TimeSpan deadline, TimeProvider time,
        Action? onWait, CancellationToken cancellationToken, string? what)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryLock(path, guarded) is { } held) return held;
            if (time.GetElapsedTime(began) > deadline)
                throw new EngineException(Failure.Locked, $"waited {deadline.TotalSeconds:0} s for "
                    + (what ?? $"another process to let go of {path} on {name}"), "look for another deployrunner that hangs");
            onWait?.Invoke();
            onWait = null;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Null when another process has the file.</summary>
    private GuardedFiles? TryLock(string path, IReadOnlyList<string> guarded)
    {
        var one = shell();
        var descriptor = one.Take();
        try
        {
            var answer = one.Run(ShellScripts.Lock(path, descriptor, guarded));
            if (!answer.Succeeded && answer.Status != ShellScripts.Held) throw Failed(path, answer);
            if (answer.Succeeded)
            {
                var held = new ShellLock(this, one, descriptor);
                lock (_counting) _held.Add(held);
                return new(held, Contents(answer, guarded.Count));
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

    private static IReadOnlyList<string?> Contents(ShellAnswer answer, int count) => [.. answer.Text.Split('\n').Take(count)
        .Select(line => line == ShellScripts.NoFile ? null : Encoding.UTF8.GetString(Convert.FromBase64String(line)))];

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

    private static bool IsAbsent(ShellAnswer answer) => answer.Status == ShellScripts.Absent
        || (!answer.Succeeded && answer.Text.Contains("No such file", StringComparison.Ordinal));

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

    /// <summary>What a script about a log answers: its length and its mark on a line each, then the content that was asked for.</summary>
    private sealed record LogAnswer(long Length, string? Mark, ReadOnlyMemory<byte> Content)
    {
        public static LogAnswer Of(ShellAnswer answer)
        {
            ReadOnlyMemory<byte> bytes = answer.Output;
            var length = Line(ref bytes);
            var mark = Line(ref bytes);
            return new(long.Parse(length, CultureInfo.InvariantCulture), mark.StartsWith(ShellScripts.MarkSign) ? mark[1..] : null, bytes);
        }

        private static string Line(ref ReadOnlyMemory<byte> rest)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString(rest.Span[..end]);
            rest = rest[(end + 1)..];
            return line;
        }
    }
}
