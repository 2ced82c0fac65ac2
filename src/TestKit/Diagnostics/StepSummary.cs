namespace ChainBridge.TestKit.Diagnostics;

/// <summary>The page that GitHub shows of a job: <c>GITHUB_STEP_SUMMARY</c> names its file.</summary>
internal static class StepSummary
{
    private const int Tries = 50;

    /// <summary>One line per failed test; nothing outside of such a job.</summary>
    public static void Append(Func<string, string?> variable, string test, string folder)
    {
        if (variable("GITHUB_STEP_SUMMARY") is not { Length: > 0 } file) return;
        var place = variable("GITHUB_WORKSPACE") is { Length: > 0 } workspace ? Path.GetRelativePath(workspace, folder) : folder;
        var line = System.Text.Encoding.UTF8.GetBytes($"- failed: `{test.Replace('`', '\'')}`, evidence in `{place}`\n");
        for (var left = Tries; left > 0; left--)
        {
            try
            {
                // One write at the end of the file: other assemblies write to it as well.
                using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                stream.Write(line);
                return;
            }
            catch (IOException) when (left > 1)
            {
                Thread.Yield();
            }
            catch (Exception away) when (away is IOException or UnauthorizedAccessException)
            {
                // The evidence is there all the same.
                return;
            }
        }
    }
}
