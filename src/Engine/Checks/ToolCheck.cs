using System.Text.RegularExpressions;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Checks;

/// <summary>A plugin of the docker program is there, on the machine where releases are built, and is not too old.</summary>
/// <param name="question">Prints its version.</param>
internal sealed partial class ToolCheck(IExecutor executor, Command question, string name, Version oldest) : ICheck
{
    /// <summary>Compose with <c>include</c>.</summary>
    public static readonly Version OldestCompose = new(2, 20);

    /// <summary>Buildx that knows attestations, and can leave them out.</summary>
    public static readonly Version OldestBuildx = new(0, 10);

    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await executor.RunAsync(question, null, cancellationToken);
        if (answer.ExitCode == CommandResult.TimedOut)
            return CheckResult.CouldNotAsk($"'{question}' did not end within {question.Timeout.TotalSeconds:0} s", "try it by hand");
        if (!answer.Succeeded)
            return CheckResult.Problem($"{name} is missing on this machine: {answer.Evidence}",
                $"install it (Docker's package docker-{name}-plugin)", Failure.Unreachable);
        var version = answer.Output.Trim();
        if (Number(version) is not { } number)
            return CheckResult.CouldNotAsk($"it answers '{version}' for its version", $"try it by hand: {question}");
        return number >= oldest
            ? CheckResult.Ok($"{name} {number} on this machine")
            : CheckResult.Problem($"{name} {number} on this machine is older than {oldest}", "install a newer one");
    }

    /// <summary>The first version number in a text; null when there is none.</summary>
    public static Version? Number(string text) => Pattern().Match(text) is { Success: true } match ? Version.Parse(match.Value) : null;

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Pattern();
}
