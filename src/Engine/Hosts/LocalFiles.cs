using System.Text;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Hosts;

/// <summary>The files of this machine.</summary>
internal sealed class LocalFiles : IHostFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public bool Exists(string path) => File.Exists(path);

    public string? Read(string path)
    {
        try
        {
            // Asked by reading, not beforehand: another runner may remove it at any moment.
            return File.ReadAllText(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null) =>
        DurableFile.Write(path, content, mode, half);

    public DiskSpace Disk(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above) path = above;
        var disk = new DriveInfo(path);
        return new(disk.AvailableFreeSpace, disk.TotalSize);
    }

    public void Delete(string path)
    {
        if (Directory.Exists(Path.GetDirectoryName(path))) File.Delete(path);
    }

    public void MakePrivateFolder(string path) => Directory.CreateDirectory(path, DurableFile.OwnerOnly | UnixFileMode.UserExecute);

    public IReadOnlyList<string> Folders(string path) => !Directory.Exists(path)
        ? []
        : [.. new DirectoryInfo(path).GetDirectories().OrderByDescending(folder => folder.LastWriteTimeUtc).Select(folder => folder.Name)];

    public void DeleteFolder(string path, bool onlyEmpty = false)
    {
        try
        {
            if (!onlyEmpty || !Directory.EnumerateFileSystemEntries(path).Any()) Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already; another runner may be removing it too.
        }
    }

    public void Sweep(string folder) => DurableFile.Sweep(folder);

    public LogContent ReadLog(LogPath path)
    {
        // Asked for before: a writer that comes just now makes both.
        var mark = Mark(path);
        if (!Exists(path.Lines)) return new(null, mark);
        using var file = Open(path.Lines, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new(Encoding.UTF8.GetString(From(file, 0)), Mark(path));
    }

    public void AppendLog(LogPath path, Func<LogEnd, LogAddition> next)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path.Lines)!);
        using var file = Open(path.Lines, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var addition = next(new(file.Length, From(file, Math.Max(0, file.Length - LogEnd.TailBytes)), Mark(path),
            () => Encoding.UTF8.GetString(From(file, 0))));
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(addition.Text));
        file.Flush(flushToDisk: true);
        if (addition.Mark is { } mark) Write(path.Mark, $"{mark}\n", half: path.Half);
    }

    private string? Mark(LogPath path) => LogPath.MarkIn(Read(path.Mark));

    /// <summary>Waits for another process that has it.</summary>
    private static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var began = TimeProvider.System.GetTimestamp();
        var pause = new SpinWait();
        while (true)
        {
            try
            {
                return new(path, mode, access, share);
            }
            catch (IOException) when (File.Exists(path) && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                pause.SpinOnce();
            }
        }
    }

    private static byte[] From(FileStream file, long from)
    {
        var bytes = new byte[file.Length - from];
        file.Seek(from, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return bytes;
    }

    public async Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null) =>
        await FileGuard.TakeAsync(path, deadline, time, onWait, cancellationToken, what);
}
