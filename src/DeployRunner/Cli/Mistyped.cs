using System.CommandLine;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>What a word of the command line that is neither verb nor option was probably meant to be.</summary>
internal static class Mistyped
{
    /// <summary>The next step for a command line with errors.</summary>
    public static string Next(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = command is RootCommand ? "deployrunner --help lists verbs and options"
            : $"deployrunner {command.Name} --help lists its options";
        return parsed.UnmatchedTokens.Select(word => Meant(word, command)).FirstOrDefault(near => near is not null) is { } meant
            ? $"did you mean '{meant}'? {help}"
            : help;
    }

    private static string? Meant(string word, Command command) => word.StartsWith('-')
        ? Spelling.Nearest(word.Split('=')[0], Options(command))
        : Spelling.Nearest(word, command.Subcommands.Select(verb => verb.Name));

    private static IEnumerable<string> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(above => above.Options).Where(option => option.Recursive))
        .Select(option => option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
