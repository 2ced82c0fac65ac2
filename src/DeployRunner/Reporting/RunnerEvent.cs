using ChainBridge.DeployRunner.Gates;
using ChainBridge.DeployRunner.Releases;
using ChainBridge.DeployRunner.Targets;

namespace ChainBridge.DeployRunner.Reporting;

/// <summary>Something people and scripts may want to know.</summary>
public abstract record RunnerEvent;

/// <summary>A run of the runner has its number.</summary>
public sealed record RunBegun(string Deployment, string Verb, string Environment, string Target) : RunnerEvent;

/// <summary>The release has its name.</summary>
public sealed record ReleaseNamed(string Version, string Commit) : RunnerEvent;

/// <summary>A step begins.</summary>
public sealed record StepBegun(StepKind Step, Slot? Slot, string? Service) : RunnerEvent;

/// <summary>A step is over.</summary>
public sealed record StepEnded(StepKind Step, Slot? Slot, string? Service, Outcome Outcome, TimeSpan Duration, string? Detail)
    : RunnerEvent;

/// <summary>A gate has its verdict.</summary>
public sealed record GateFinished(GateResult Result) : RunnerEvent;

/// <summary>A line worth seeing while it happens.</summary>
public sealed record Note(string Text) : RunnerEvent;

/// <summary>Something is not as it should be, and the run goes on.</summary>
public sealed record Warning(string Text) : RunnerEvent;

/// <summary>A limit on the deployment itself was passed; once per limit and deployment.</summary>
public sealed record Alert(string Name, string Text) : RunnerEvent;

/// <summary>What <c>versions</c>, <c>status</c>, <c>history</c> or <c>plan</c> answers.</summary>
/// <param name="Item">
/// What a row is; the event's name in JSON: <c>release</c>, <c>service</c>, <c>past-deployment</c>, <c>planned-step</c>.
/// </param>
/// <param name="Columns">Also the members in JSON.</param>
public sealed record Table(string Item, IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows) : RunnerEvent;

/// <summary>One row.</summary>
/// <param name="Details">Pairs too long for a column: printed below the row.</param>
public sealed record TableRow(IReadOnlyList<string> Cells, IReadOnlyList<KeyValuePair<string, string>> Details);

/// <summary>The last event of every run.</summary>
public sealed record Finished(ExitCode ExitCode, Verdict Verdict, string Summary, string? NextStep) : RunnerEvent;
