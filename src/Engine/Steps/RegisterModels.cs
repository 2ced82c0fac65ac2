using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
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
        var git = await run.Context.Git.ReadAsync(run.Context.Manifest.Root, cancellationToken);
        if (git.Commit != release.Commit || (git.Dirty && run.Source is not { Clean: false }))
        {
            if (run.Source is not null)
                throw new GateException(new("models", Verdict.Inconclusive, "the checkout was changed while it was deployed", [], null,
                    TimeSpan.Zero));
            run.Report(new Note($"no models are registered, because the checkout is not at {release.Version}'s commit, or changed"));
            return;
        }

        await run.JudgeAsync(StepKind.RegisterModels,
            () => registry.RegisterAsync(release, run.Context.Environment.Name, cancellationToken), null,
            await registry.PlannedAsync(cancellationToken));
    }
}
