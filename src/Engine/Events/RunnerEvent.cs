using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Events;

/// <summary>Something people and scripts may want to know.</summary>
public abstract record RunnerEvent;

/// <summary>A run of the runner has its number.</summary>
public sealed record RunBegun(string Deployment, string Verb, string Environment, string Target) : RunnerEvent;

/// <summary>The release has its name.</summary>
public sealed record ReleaseNamed(string Version, string Commit) : RunnerEvent
{
    /// <summary>The release that it follows: the last stable one, of a rollback the current one; null where there is none.</summary>
    public Release? Before { get; init; }
}

/// <summary>A step begins.</summary>
public sealed record StepBegun(StepKind Step, Slot? Slot, string? Service) : RunnerEvent;

/// <summary>A step is over.</summary>
public sealed record StepEnded(StepKind Step, Slot? Slot, string? Service, Outcome Outcome, TimeSpan Duration, string? Detail)
    : RunnerEvent;

/// <summary>A gate has its verdict.</summary>
public sealed record GateFinished(GateResult Result) : RunnerEvent;

/// <summary>The last event of every run.</summary>
/// <param name="Code">What a caller of the runner gets as its answer; 0 when it did what it should.</param>
public abstract record RunEnded(int Code, string Summary, string? NextStep) : RunnerEvent
{
    /// <summary>Null when nothing of an environment was to be changed, or the run did not come to that.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Null when it did what it should.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How long the whole run took.</summary>
    public TimeSpan Took { get; init; }
}

/// <summary>The step that the build of a service is at; the service's next one takes its place.</summary>
public sealed record ServiceBuilding(string Service, string Text) : RunnerEvent;

/// <summary>How the build of a service came to its end, or why there is none.</summary>
public sealed record ServiceSettled(string Service, string Text) : RunnerEvent;

/// <summary>A line worth seeing while it happens.</summary>
public sealed record Note(string Text) : RunnerEvent;

/// <summary>Something is not as it should be, and the run goes on.</summary>
public record Warning(string Text) : RunnerEvent;

/// <summary>A service did not end when it was asked to.</summary>
/// <param name="Grace">How long it had.</param>
public sealed record ServiceKilled(string Service, TimeSpan Grace) : Warning(
    $"{Service} did not end within {Grace.TotalSeconds:0} s of SIGTERM and was killed: "
    + "requests that were still in flight to it are lost; let it end on SIGTERM, or in a container give it init: true");

/// <summary>A limit on the deployment itself was passed; once per limit and deployment.</summary>
public sealed record Alert(string Name, string Text) : RunnerEvent;

/// <summary>Something of the environment is about to be changed: a command that is run, or a file, request or order in words.</summary>
public sealed record Changing(string What) : RunnerEvent;

/// <summary>A step that a deployment would take.</summary>
/// <param name="Number">Its place in the plan, from 1.</param>
public sealed record StepPlanned(int Number, PlannedStep Step) : RunnerEvent;
