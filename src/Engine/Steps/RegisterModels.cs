using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Registers the models that the release brings along. A plan has it twice: before the promotion for models without which the release is
/// not to serve, and at its end for those whose registration is only reported.
/// </summary>
internal sealed class RegisterModels(bool required) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        if (run.Context is not { Models: { } registry, Manifest.Models: { } models } || models.Required != required) return;
        var release = run.Attempted.Release;
        if (await new RecordedGates(run.Context).CommitAsync(cancellationToken) != release.Commit)
        {
            run.Report(new Note($"no models are registered, because the checkout is not at {release.Version}'s commit"));
            return;
        }

        await run.JudgeAsync(StepKind.RegisterModels,
            () => registry.RegisterAsync(release, run.Context.Environment.Name, cancellationToken), null,
            await registry.PlannedAsync(cancellationToken));
    }
}
