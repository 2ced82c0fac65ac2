namespace ChainBridge.Engine.Hosts;

/// <summary>Files that are read and never written: a plan that came to write one is an error of the runner.</summary>
internal sealed class PlannedFiles(IHostFiles files) : IHostFiles
{
    public bool Exists(string path) => files.Exists(path);

    public string? Read(string path) => files.Read(path);

    public IReadOnlyList<string?> ReadEach(IReadOnlyList<string> paths) => files.ReadEach(paths);

    public DiskSpace Disk(string path) => files.Disk(path);

    public IReadOnlyList<string> Folders(string path) => files.Folders(path);

    public LogContent ReadLog(LogPath path) => files.ReadLog(path);

    public void AppendLog(LogPath path, Func<LogEnd, LogAddition> next) => throw Refused(path.Lines);

    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null) => throw Refused(path);

    public void Delete(string path) => throw Refused(path);

    public void MakePrivateFolder(string path) => throw Refused(path);

    public void DeleteFolder(string path, bool onlyEmpty = false) => throw Refused(path);

    public void Sweep(string folder) => throw Refused(folder);

    public Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null) => throw Refused(path);

    private static InvalidOperationException Refused(string path) => new($"a plan changes nothing, and this one was about to write {path}");
}
