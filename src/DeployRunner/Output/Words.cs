using System.Globalization;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Events in words.</summary>
internal static class Words
{
    /// <summary>A step's name for people.</summary>
    public static string Step(StepKind step, Slot? slot, string? service) => step switch
    {
        StepKind.Preflight => "preflight",
        StepKind.Build => "build",
        StepKind.Test => "integration gate",
        StepKind.Prepare => "bring up edge and accessories",
        StepKind.Migrate => $"migrate {service}",
        StepKind.MigrateDown => $"migrate {service} back",
        StepKind.StartSlot => $"start slot {Name(slot)}",
        StepKind.Verify => $"verify digests in {Name(slot)}",
        StepKind.SmokePrevious => $"smoke {Name(slot)} with the moved databases",
        StepKind.SmokeCandidate => $"smoke {Name(slot)} before it has traffic",
        StepKind.StopWorkers => $"stop the workers of {Name(slot)}",
        StepKind.StartWorkers => $"start the workers of {Name(slot)}",
        StepKind.Shift => $"give {Name(slot)} a share of the traffic",
        StepKind.Compare => $"compare {Name(slot)} with the release beside it",
        StepKind.Switch => $"switch traffic to {Name(slot)}",
        StepKind.SmokePublic => "smoke through the public door",
        StepKind.Observe => $"observe {Name(slot)}",
        StepKind.Promote => "promote",
        StepKind.Drain => $"drain {Name(slot)}",
        StepKind.StopSlot => $"stop slot {Name(slot)}",
        StepKind.RegisterModels => "register models",
        StepKind.Hook => $"hook {service}",
        StepKind.LayOut => $"lay out slot {Name(slot)}",
        StepKind.StartService => $"start {service ?? "the services at the doors"} of {Name(slot)}",
        StepKind.MoveName => $"lead {service ?? "the names of its services"} to {Name(slot)}",
        StepKind.StopService => $"stop {service ?? "the services at the doors"} of {Name(slot)}",
        _ => "retain",
    };

    /// <summary>Other events as lines; empty when there is nothing to print.</summary>
    public static IEnumerable<string> Lines(RunnerEvent happened) => happened switch
    {
        RunBegun begun => [$"{begun.Verb} {begun.Environment} on {begun.Target} ({begun.Deployment})"],
        ReleaseNamed named => [$"release {named.Version} from commit {named.Commit[..Math.Min(12, named.Commit.Length)]}"],
        GateFinished { Result: var gate } => [$"  {gate.Verdict.ToString().ToLowerInvariant()}: {gate.Summary}",
            .. gate.Evidence.Where(piece => gate.Verdict != Verdict.Pass
                && piece.Verdict != Verdict.Pass && $"{piece.Asked}: {piece.Answered}" != gate.Summary).Select(
                    piece => $"  evidence: {piece.Asked} → {piece.Answered} ({piece.At:HH:mm:ss}Z, from {piece.From})")],
        Note note => [$"  {note.Text}"],
        ServiceBuilding building => [$"  {building.Service}: {building.Text}"],
        ServiceSettled settled => [$"  {settled.Service}: {settled.Text}"],
        Warning warning => [$"warning: {warning.Text}"],
        Alert alert => [$"ALERT {alert.Name}: {alert.Text}"],
        Table table => TableText.Lines(table),
        ExitCodePage page => PageText.Lines(page.Text),
        StepPlanned { Number: var number, Step: var step } => [$"{number,3}  {Step(step.Kind, step.Slot, step.Service)}",
            .. step.Changes.Select(change => $"     $ {change}"), .. step.Notes.Select(note => $"       {note}")],
        Finished { ExitCode: ExitCode.Done } done => [done.Summary, .. Next(done)],
        Finished finished => [$"error: {finished.Summary}", .. Next(finished),
            $"exit {(int)finished.ExitCode} is explained by {finished.Runner} explain {(int)finished.ExitCode}"],
        _ => [],
    };

    public static string Ended(StepEnded ended) =>
        $"{Step(ended.Step, ended.Slot, ended.Service)} {(ended.Outcome == Outcome.Done ? "done" : "FAILED")} ({Seconds(ended.Duration)})";

    public static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    private static string Name(Slot? slot) => slot?.ToString().ToLowerInvariant() ?? "the slot";

    private static IEnumerable<string> Next(Finished finished) => finished.NextStep is { } next ? [$"next: {next}"] : [];
}
