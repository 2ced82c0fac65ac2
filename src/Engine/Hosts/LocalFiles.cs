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

    public IHostLog OpenLog(string path, bool toWrite)
    {
        if (toWrite) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var began = TimeProvider.System.GetTimestamp();
        var pause = new SpinWait();
        while (true)
        {
            try
            {
                return new Log(toWrite
                    ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                    : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            }
            catch (IOException) when (File.Exists(path) && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                pause.SpinOnce();
            }
        }
    }

    public async Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null) =>
        await FileGuard.TakeAsync(path, deadline, time, onWait, cancellationToken, what);

    private sealed class Log(FileStream file) : IHostLog
    {
        public long Length => file.Length;

        public string Read(long from)
        {
            var bytes = new byte[file.Length - from];
            file.Seek(from, SeekOrigin.Begin);
            file.ReadExactly(bytes);
            return System.Text.Encoding.UTF8.GetString(bytes);
        }

        public void Append(string text)
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        public void Dispose() => file.Dispose();
    }
}
