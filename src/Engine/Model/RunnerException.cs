namespace ChainBridge.Engine.Model;

/// <summary>An expected failure: what happened, what to do next, and the exit code it stands for.</summary>
/// <param name="exitCode">The documented code the process ends with.</param>
/// <param name="message">What was wrong, with its evidence.</param>
/// <param name="nextStep">What a person should do now; never empty.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class RunnerException(ExitCode exitCode, string message, string nextStep, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The documented code the process ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What a person should do now.</summary>
    public string NextStep { get; } = nextStep;
}
