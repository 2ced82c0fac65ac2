using ChainBridge.Engine.Hosts;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>
/// The files of another host: each path lies below a folder of this machine, and means nothing here by itself. What reaches for a file
/// past its host finds none, or makes one that a test can see.
/// </summary>
internal sealed class OtherHostFiles(string root) : IHostFiles
{
    private readonly LocalFiles _files = new();

    public bool Exists(string path) => _files.Exists(Here(path));

    public string? Read(string path) => _files.Read(Here(path));

    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null) =>
        _files.Write(Here(path), content, mode, half is null ? null : Here(half));

    public DiskSpace Disk(string path) => _files.Disk(Here(path));

    public void Delete(string path) => _files.Delete(Here(path));

    public void MakePrivateFolder(string path) => _files.MakePrivateFolder(Here(path));

    public IReadOnlyList<string> Folders(string path) => _files.Folders(Here(path));

    public void DeleteFolder(string path, bool onlyEmpty = false) => _files.DeleteFolder(Here(path), onlyEmpty);

    public void Sweep(string folder) => _files.Sweep(Here(folder));

    public LogContent ReadLog(LogPath path) => _files.ReadLog(Here(path));

    public void AppendLog(LogPath path, Func<LogEnd, LogAddition> next) => _files.AppendLog(Here(path), next);

    public Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
        CancellationToken cancellationToken, string? what = null) =>
        _files.LockAsync(Here(path), deadline, time, onWait, cancellationToken, what);

    private LogPath Here(LogPath path) => new(Here(path.Lines), Here(path.Mark));

    /// <summary>Where a path of the host lies on this machine.</summary>
    public string Here(string path) => Path.IsPathRooted(path)
        ? Path.Join(root, path)
        : throw new ArgumentException($"{path} is no full path, so it is no place on a host", nameof(path));
}
