using System.CommandLine;
using System.Text.RegularExpressions;
using ChainBridge.DeployRunner.Output;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>How the runner was started, so that a command which it names can be typed as it stands.</summary>
internal static class CalledAs
{
    private const string LocalTool = "dotnet " + Finished.Cli;

    /// <summary>A tool of a tool manifest lies in the package cache, and dotnet starts it; a global one has its own program.</summary>
    /// <param name="program">The program of this process; null where it is not known.</param>
    /// <param name="folder">Of the runner's assembly.</param>
    public static string Of(string? program, string folder) => Path.GetFileNameWithoutExtension(program) == "dotnet"
        && folder.Contains("/chainbridge.deployrunner/", StringComparison.OrdinalIgnoreCase) ? LocalTool : Finished.Cli;

    /// <summary>The text, with the commands in it as they are typed here.</summary>
    public static string? Typed(string? text, string runner, Command root) => text is null || runner == Finished.Cli ? text
        : Regex.Replace(text, $@"(?<![\w./-]){Finished.Cli} (?=(--help|{string.Join('|', root.Subcommands.Select(verb => verb.Name))})\b)",
            $"{runner} ");
}
