using System.CommandLine;
using System.Text.RegularExpressions;
using ChainBridge.DeployRunner.Output;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>How the runner was started, so that a command which it names can be typed as it stands.</summary>
internal static partial class CalledAs
{
    private const string LocalTool = "dotnet " + Finished.Cli;

    /// <summary>A tool of a tool manifest lies in the package cache; a global one in a store of its own, and has its own command.</summary>
    /// <param name="folder">Of the runner's program.</param>
    public static string Of(string folder) => Package().IsMatch(folder) && !folder.Contains("/.store/", StringComparison.Ordinal)
        ? LocalTool
        : Finished.Cli;

    /// <summary>The text, with the commands in it as they are typed here.</summary>
    public static string? Typed(string? text, string runner, Command root) => text is null || runner == Finished.Cli ? text
        : Regex.Replace(text, $@"(?<![\w./-]){Finished.Cli} (?=(--help|{string.Join('|', root.Subcommands.Select(verb => verb.Name))})\b)",
            $"{runner} ");

    /// <summary>The folder of the package: the one of its name, or the one for a kind of machine.</summary>
    [GeneratedRegex(@"/chainbridge\.deployrunner(\.[a-z0-9-]+)?/", RegexOptions.IgnoreCase)]
    private static partial Regex Package();
}
