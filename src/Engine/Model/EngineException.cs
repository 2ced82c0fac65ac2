namespace ChainBridge.Engine.Model;

/// <summary>An expected failure: what kind it is of, what happened and what to do next.</summary>
/// <param name="failure">What kind of failure it is for the caller of the engine.</param>
/// <param name="message">What was wrong, with its evidence.</param>
/// <param name="nextStep">What a person should do now; never empty.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class EngineException(Failure failure, string message, string nextStep, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What kind of failure it is for the caller of the engine.</summary>
    public Failure Failure { get; } = failure;

    /// <summary>What a person should do now.</summary>
    public string NextStep { get; } = nextStep;

    /// <summary>Of an environment on several hosts, those that it happened on; empty where it is not about a host.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
