using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Registration;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>Everything a flow works with.</summary>
/// <param name="State">What the environment keeps.</param>
/// <param name="Runner">The runner itself.</param>
public sealed record FlowContext(
    DeploymentManifest Manifest,
    EnvironmentSpec Environment,
    IPlatform Platform,
    EnvironmentState State,
    IGateRunner Gates,
    IGitInfo Git,
    Runner Runner)
{
    /// <summary>Runs the hooks of the manifest; null where there are none.</summary>
    public HookGate? Hooks { get; init; }

    /// <summary>Registers the models of a release; null where the manifest names none.</summary>
    public ModelRegistry? Models { get; init; }

    /// <summary>What is asked before a deployment, beside the reasons that the platform itself has.</summary>
    public IReadOnlyList<Question> Preflight { get; init; } = [];
}

/// <summary>A process of the runner: who started it, where it reports to, what it hides, and its clock.</summary>
public sealed record Runner(Caller Caller, IReporter Reporter, Redactor Redactor, TimeProvider Time);

/// <summary>The user who runs the runner, and where.</summary>
public sealed record Caller(string User, string Host, int ProcessId);

/// <summary>How a flow ended.</summary>
/// <param name="Failure">Null when it did what it should.</param>
/// <param name="Summary">One or two lines: what happened, and what is there now.</param>
/// <param name="NextStep">What a person should do; null when nothing.</param>
public sealed record FlowResult(Failure? Failure, string Summary, string? NextStep = null)
{
    /// <summary>It did what it should.</summary>
    public static FlowResult Done(string summary, string? nextStep = null) => new(null, summary, nextStep);

    /// <summary>What became of the release; null where the journal has no end of this run.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>The verdict the failure stands for.</summary>
    public Verdict Verdict => Failure switch
    {
        null => Verdict.Pass,
        Model.Failure.Inconclusive or Model.Failure.Unreachable or Model.Failure.Interrupted or Model.Failure.Locked =>
            Verdict.Inconclusive,
        _ => Verdict.Fail,
    };
}
