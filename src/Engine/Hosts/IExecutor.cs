using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>Runs commands somewhere.</summary>
internal interface IExecutor
{
    /// <summary>Runs the command to its end, or to its timeout, which ends it with all it started.</summary>
    /// <param name="onLine">Gets every line of both outputs as it comes; null when no caller reads them.</param>
    /// <returns>
    /// How it ended. A program that cannot be started answers 127, one that ran out of time 124, each with the reason as its error output.
    /// </returns>
    Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken);
}

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(Command Command, int ExitCode, string Output, string Errors)
{
    private const int LastLines = 20;

    /// <summary>Exit code of a command that ran out of time.</summary>
    public const int TimedOut = 124;

    /// <summary>Exit code of a command that succeeded and printed more than is kept.</summary>
    public const int TooMuchOutput = 125;

    /// <summary>Exit code of a program that could not be started.</summary>
    public const int NotStarted = 127;

    public bool Succeeded => ExitCode == 0;

    /// <summary>The result itself when the command succeeded.</summary>
    /// <exception cref="EngineException">It did not; with its last lines.</exception>
    public CommandResult MustSucceed(Failure otherwise, string nextStep) =>
        Succeeded ? this : throw new EngineException(otherwise, Evidence, nextStep);

    /// <summary>The command, how it ended and its last lines; for errors.</summary>
    public string Evidence => $"{Command.Title ?? $"{Command}"} ended with exit code {ExitCode}:\n"
        + $"{string.Join('\n', $"{Output}\n{Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LastLines))}";
}
