using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates;

/// <summary>Turns a gate's evidence into its verdict.</summary>
public interface IGateRunner
{
    /// <summary>Runs the gate. Throws only when cancelled.</summary>
    Task<GateResult> RunAsync(string name, GateSpec gate, GateSubject subject, CancellationToken cancellationToken);

    /// <summary>Puts one probe to the release, once. Throws only when cancelled.</summary>
    Task<Evidence> AskAsync(ProbeSpec probe, GateSubject subject, CancellationToken cancellationToken);
}

/// <summary>A gate that did not pass.</summary>
public sealed class GateException(GateResult result)
    : Exception($"{result.Gate}: {result.Verdict.ToString().ToLowerInvariant()}: {result.Summary}")
{
    /// <summary>The verdict with its evidence.</summary>
    public GateResult Result { get; } = result;
}
