namespace ChainBridge.Engine.Gates;

/// <summary>Runs the command of a gate.</summary>
public interface IGateProcess
{
    /// <summary>Runs to the end; when the token is cancelled the whole process tree is gone before the exception leaves.</summary>
    Task<GateProcessResult> RunAsync(GateProcessRequest request, CancellationToken cancellationToken);
}

/// <summary>What to run and where.</summary>
/// <param name="LogFile">Everything it prints goes there.</param>
public sealed record GateProcessRequest(
    IReadOnlyList<string> Command, string WorkingDirectory, IReadOnlyDictionary<string, string?> Environment, string LogFile);

/// <summary>How it ended.</summary>
/// <param name="LastOutput">The last lines of both streams.</param>
/// <param name="Note">What else is worth knowing of its end, e.g. which processes it left running; null when nothing is.</param>
public sealed record GateProcessResult(int ExitCode, string LastOutput, string? Note = null);
