using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.State;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class PlanVerb() : Verb("plan", "Prints what deploy would do, command by command; changes nothing.")
{
    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenSourceAsync(cancellationToken);
        var git = await context.Git.ReadAsync(context.Manifest.Root, cancellationToken);
        var version = VersionName.For(context.Environment.Name, git, context.Time.GetUtcNow(),
            name => context.Releases.Find(name) is not null);
        var active = await ActiveAsync(context, cancellationToken);
        var candidate = active == Slot.Blue ? Slot.Green : Slot.Blue;
        invocation.Reporter.Report(new ReleaseNamed(version, git.Commit));
        var rows = Steps(context, version, candidate, active).Select((step, index) => new TableRow(
            [$"{index + 1}", Words.Step(step.Kind, step.Slot, step.Service)],
            [.. context.Target.Describe(step).Select(command => new KeyValuePair<string, string>("$", command)),
                .. Observed(step.Kind, context.Manifest.Gates.Observe)])).ToList();
        invocation.Reporter.Report(new Table("planned-step", ["step", "does"], rows));
        return new FlowResult(ExitCode.Done, $"{rows.Count} steps planned for {context.Target.Description}; nothing was changed");
    }

    private static IEnumerable<KeyValuePair<string, string>> Observed(StepKind kind, ObserveSpec observe) => kind != StepKind.Observe ? [] :
        [new("for", observe.IsOff
            ? "0 s: switched off by gates.observe.for"
            : $"{Words.Seconds(observe.For)}, a probe every {observe.Every.TotalMilliseconds:0} ms")];

    private static IEnumerable<PlannedStep> Steps(FlowContext context, string version, Slot candidate, Slot? active)
    {
        yield return new PlannedStep(StepKind.Preflight);
        yield return new PlannedStep(StepKind.Build, Version: version);
        if (context.Manifest.Gates.Integration is not null) yield return new PlannedStep(StepKind.Test);
        yield return new PlannedStep(StepKind.Prepare);
        foreach (var service in ServiceOrder.DependenciesFirst(context.Manifest.Services.Values)
            .Where(service => service.Migrate is not null))
            yield return new PlannedStep(StepKind.Migrate, Version: version, Service: service.Name);
        foreach (var kind in new[]
        {
            StepKind.StartSlot, StepKind.Verify, StepKind.SmokeCandidate, StepKind.Switch, StepKind.SmokePublic, StepKind.Observe,
            StepKind.Promote
        })
            yield return new PlannedStep(kind, candidate, version);
        if (active is not null)
        {
            yield return new PlannedStep(StepKind.Drain, active);
            yield return new PlannedStep(StepKind.StopSlot, active);
        }

        yield return new PlannedStep(StepKind.Retain);
    }

    /// <summary>A target that was never set up has no active slot, and a plan for it is wanted all the same.</summary>
    private static async Task<Slot?> ActiveAsync(FlowContext context, CancellationToken cancellationToken)
    {
        if (context.History().Current is null) return null;
        try
        {
            return await context.Target.ActiveSlotAsync(cancellationToken);
        }
        catch (Exception silent) when (silent is RunnerException or HttpRequestException)
        {
            context.Reporter.Report(
                new Warning($"the edge does not say which slot is active ({silent.Message}); planned as if it were blue"));
            return Slot.Blue;
        }
    }
}
