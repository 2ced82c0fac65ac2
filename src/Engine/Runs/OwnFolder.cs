using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>
/// Keeps what the runner writes beside the manifest (journal, secrets, builds) out of the repository: <c>git add .</c> does not take it
/// in, and it does not make a release <c>-dirty</c>.
/// </summary>
public static class OwnFolder
{
    internal const string FileName = ".gitignore";

    /// <summary>
    /// Has git ignore the folder, unless it has a file that says what git ignores there. Where that fails the run goes on, with a warning.
    /// </summary>
    public static void KeepFromGit(FlowContext context)
    {
        var (files, file) = Place(context);
        try
        {
            if (!files.Exists(file)) files.Write(file, "*\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            context.Runner.Reporter.Report(new Warning($"git may see what the runner keeps: {file} cannot be written: {failure.Message}"));
        }
    }

    /// <summary>On the runner's machine, where the repository is.</summary>
    private static (IHostFiles Files, string File) Place(FlowContext context) =>
        (context.Environment.Hosts.Count == 0 ? context.State.Files : new LocalFiles(),
            Path.Combine(context.Environment.WorkDirectory, FileName));
}
