namespace ChainBridge.Engine.Hosts;

/// <summary>What can be changed about files of an environment's state; each is on the host's disk when it is done.</summary>
public interface IFileChanges
{
    /// <summary>Writes a file so that a crash leaves the old content or the new one, and makes its folder where there is none.</summary>
    /// <param name="mode">Who may read it; null for what the user's mask says.</param>
    /// <param name="half">
    /// The name it has until it is whole; null for one of its own, which <see cref="Sweep"/> removes when its writer was killed.
    /// </param>
    void Write(string path, string content, UnixFileMode? mode = null, string? half = null);

    /// <summary>Removes a file; nothing happens when there is none.</summary>
    void Delete(string path);

    /// <summary>Makes a folder, and those above it, that only its owner can look into.</summary>
    void MakePrivateFolder(string path);

    /// <summary>Removes a folder; nothing happens when there is none.</summary>
    /// <param name="onlyEmpty">Leave it where anything is in it.</param>
    void DeleteFolder(string path, bool onlyEmpty = false);

    /// <summary>
    /// Removes what writers that were killed left half written in a folder. Only a process that alone may write there calls it.
    /// </summary>
    void Sweep(string folder);
}
