using System.Text;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>Changes of files, as scripts for a host's shell.</summary>
/// <param name="make">Gets the path that a change is about, and its script.</param>
internal sealed class ShellChanges(Action<string, string> make) : IFileChanges
{
    public void Write(string path, string content, UnixFileMode? mode = null, string? half = null)
    {
        var bits = mode is { } given ? Convert.ToString((int)given, 8) : null;
        make(path, ShellScripts.Write(path, half ?? $"{path}.{Guid.NewGuid():N}.tmp", Encoding.UTF8.GetBytes(content), bits));
    }

    public void Delete(string path) => make(path, ShellScripts.Delete(path));

    public void MakePrivateFolder(string path) => make(path, ShellScripts.MakePrivateFolder(path));

    public void DeleteFolder(string path, bool onlyEmpty = false)
    {
        if (Path.GetDirectoryName(path) is not { Length: > 1 }) throw new ArgumentException($"{path} is not removed", nameof(path));
        make(path, ShellScripts.DeleteFolder(path, onlyEmpty));
    }

    public void Sweep(string folder) => make(folder, ShellScripts.Sweep(folder));
}
