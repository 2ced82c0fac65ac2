using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>Brings up what releases share: the accessories and the edge.</summary>
internal sealed class Prepare : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken) =>
        run.ChangeAsync(StepKind.Prepare, () => run.Platform.PrepareAsync(run.Token, cancellationToken));
}

/// <summary>Records the new release, with what its migrations would move, and finds the slot for it.</summary>
internal sealed class RecordRelease : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (context, source) = (run.Context, run.Source!);
        var compose = await run.Platform.ComposeProjectAsync(cancellationToken);
        var services = Configuration.Recorded(context.Manifest, context.Environment, context.Runner.Redactor);
        var draft = new Release(source.Version, source.Commit, run.Artifacts, services, compose, MigrationsReversible: true,
            context.Runner.Caller.User, context.Runner.Time.GetUtcNow())
        {
            Skipped = run.Skipped, Doors = [.. context.Manifest.Doors.Select(door => door.ForRecord())],
        };
        run.Pending = await new Migrations(run).PendingAsync(draft, cancellationToken);
        var reversible = run.Pending.All(pending => pending.Reversible);
        if (context.Environment.Rolling is not null && !reversible && run.Journal.History().Current is { } current)
            throw new EngineException(Failure.Refused, $"migrations of {source.Version} cannot be undone, and {context.Environment.Name} "
                + $"is rolling: what fails could not be taken back to {current}, whose services would be gone",
                "give the migrations a way down, or deploy this release with strategy: blue-green");
        var release = run.Save(draft with { MigrationsReversible = reversible });
        run.UseGates(new RecordedGates(context).Today, areNew: true);
        // The record of a version deployed again is the first one; whether its migrations can be undone is asked now.
        run.Attempt = await Slots.FindAsync(run, release with { MigrationsReversible = reversible }, cancellationToken);
        // The version may have passed with other gates before: those stay until it passes with these.
        if (context.State.Releases.GatesOf(release.Version) is null) run.RecordGates();
    }
}

/// <summary>Takes the recorded release that a rollback goes to, and finds the slot for it.</summary>
internal sealed class TakeUpRecorded : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var release = run.Chosen!;
        run.Artifacts = release.Artifacts;
        run.UseGates(await new RecordedGates(run.Context).HereAsync(release, cancellationToken), areNew: false);
        run.Attempt = await Slots.FindAsync(run, release, cancellationToken);
    }
}

/// <summary>Makes the candidate that waits the one of this run.</summary>
/// <param name="toPromote">It is to be let in, which its time may be over for; else it is taken away.</param>
internal sealed class TakeUpWaiting(bool toPromote) : Step
{
    /// <exception cref="EngineException"><see cref="Failure.NoSuchRelease"/>: none waits, or not any more.</exception>
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var waiting = run.Journal.History().Waiting;
        var attempt = waiting is null ? null : Attempt.From(waiting, run.Context.State.Releases);
        if (attempt is null)
            throw new EngineException(Failure.NoSuchRelease, "no deployment waits for promote or abort",
                "deployrunner history shows how the last ones ended");
        // Nothing is taken away here: a promotion that is refused changes nothing, and undoing migrations is another decision.
        var now = run.Context.State.Lock.Now;
        if (toPromote && waiting!.IsExpired(now))
            throw new EngineException(Failure.NoSuchRelease, $"{waiting.Version} {waiting.WaitsInWords(now)}",
                "deploy again; the next deploy or rollback takes the expired candidate away, deployrunner abort does so now");
        run.TakeUp(attempt);
        run.UseGates(await new RecordedGates(run.Context).HereAsync(attempt.Release, cancellationToken), areNew: false);
    }
}
