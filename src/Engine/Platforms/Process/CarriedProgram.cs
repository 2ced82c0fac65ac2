namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// The edge and the supervisor come with the runner and outlive it. They run from a copy in the state directory: a
/// runner that is built anew, updated or removed must not pull the files from under what serves.
/// </summary>
internal static class CarriedProgram
{
    /// <summary>
    /// Full path of the assembly in the copy, which is made on first use. Copies are named by their content, so an
    /// older one stays as it is.
    /// </summary>
    /// <param name="name">The program's folder beside the runner.</param>
    public static string Install(string state, string name, string assembly) =>
        Install(state, CarriedPrograms.Folder(name), name, assembly);

    internal static string Install(string state, string source, string name, string assembly)
    {
        var folder = Path.Combine(state, ProcessFiles.Programs, $"{name}-{BuildFolder.Digest(source)["sha256:".Length..][..12]}");
        if (!Directory.Exists(folder)) Copy(source, folder);
        return Path.Combine(folder, assembly);
    }

    /// <summary>Beside and renamed, so that a copy is whole or not there.</summary>
    private static void Copy(string source, string folder)
    {
        var half = $"{folder}.{Guid.NewGuid():N}.half";
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(half, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        try
        {
            Directory.Move(half, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another runner was faster, with the same content.
            Directory.Delete(half, recursive: true);
        }
    }
}
