namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Whether reports can be written: asked before a run, which a wrong path would cost.</summary>
internal static class Writable
{
    /// <summary>Makes the folder and a file in it that is gone again.</summary>
    /// <exception cref="LoadPlanException">It cannot; the message says why.</exception>
    public static void Check(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using (File.Create(Path.Combine(folder, $".{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new LoadPlanException($"no report can be written to {folder}: {refused.Message}", refused);
        }
    }
}
