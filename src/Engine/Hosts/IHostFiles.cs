using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// The files of an environment's state on its host: journal, lock, release records, secrets. Small ones, written whole. Every path is a
/// full path on that host; when a call returns, its effect is on the host's disk.
/// </summary>
public interface IHostFiles : IFileChanges
{
    /// <summary>Whether there is such a file.</summary>
    bool Exists(string path);

    /// <summary>The content of a file; null when there is none.</summary>
    string? Read(string path);

    /// <summary>The content of each file, in the order of the paths; null for one that is not there.</summary>
    IReadOnlyList<string?> ReadEach(IReadOnlyList<string> paths) => [.. paths.Select(Read)];

    /// <summary>
    /// Makes several changes, in their order: on a host that is far away with one way there and back. One that fails ends it; those before
    /// it are made.
    /// </summary>
    /// <param name="changes">Tells what to change. It must not read what it changes: all of it may be done afterwards.</param>
    void Change(Action<IFileChanges> changes) => changes(this);

    /// <summary>The disk that a path is on, or would be: that of the nearest folder above it which is there.</summary>
    DiskSpace Disk(string path);

    /// <summary>The names of the folders in a folder, the newest first; empty when there is no such folder.</summary>
    IReadOnlyList<string> Folders(string path);

    /// <summary>Reads a log and its mark as one writer left them. Waits up to 10 s for a writer.</summary>
    /// <exception cref="IOException">Another process kept the log for longer.</exception>
    LogContent ReadLog(LogPath path);

    /// <summary>
    /// Adds to the end of a log, and changes its mark, while no other writer does: on the disk when it returns. Waits up to 10 s for its
    /// turn.
    /// </summary>
    /// <param name="next">Makes what is added from what is there; called again when another writer was faster.</param>
    /// <exception cref="IOException">Another process kept the log for longer.</exception>
    void AppendLog(LogPath path, Func<LogEnd, LogAddition> next);

    /// <summary>Waits for a lock that ends with the process that holds it, and holds it until what is returned is disposed.</summary>
    /// <param name="what">What is waited for, where the path alone does not say it.</param>
    /// <param name="onWait">Called once when another process has it.</param>
    /// <exception cref="EngineException"><see cref="Failure.Locked"/>: it was not free within the deadline.</exception>
    Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait, CancellationToken cancellationToken,
        string? what = null);

    /// <summary>Takes a lock as <see cref="LockAsync"/> does, and reads what it guards while it holds it.</summary>
    /// <param name="guarded">The paths of the files that are read.</param>
    async Task<GuardedFiles> LockAndReadAsync(string path, IReadOnlyList<string> guarded, TimeSpan deadline, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var held = await LockAsync(path, deadline, time, onWait: null, cancellationToken);
        try
        {
            return new(held, ReadEach(guarded));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}

/// <summary>Files that are read under a lock, which is held until this is disposed.</summary>
/// <param name="Contents">In the order of the paths; null for a file that is not there.</param>
public sealed record GuardedFiles(IDisposable Held, IReadOnlyList<string?> Contents) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Held.Dispose();
}

/// <summary>The room on a disk, in bytes.</summary>
/// <param name="Free">What this user may still fill.</param>
public readonly record struct DiskSpace(long Free, long Total);
