namespace ChainBridge.Engine.Steps;

/// <summary>
/// One step of a plan. It can have its effect, take it back, and check on what runs whether the effect is there already. A
/// plan that is only printed applies the same steps, on a platform that writes its commands down instead of running them.
/// </summary>
internal abstract class Step
{
    /// <summary>What the journal calls it in the plan of a deployment, e.g. <c>StartCandidate</c>.</summary>
    public string Name => GetType().Name;

    /// <summary>Has the effect. Safe to repeat: a runner that died half-way left it half done.</summary>
    public abstract Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the effect of an attempt back, of this run's or of a runner that died, whether it was there in part, in whole or not at all.
    /// Steps that only ask have none.
    /// </summary>
    public virtual Task UndoAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the effect is there. A step that judges is never done: evidence of another run is none.</summary>
    public virtual Task<bool> IsDoneAsync(DeploymentRun run, Attempt attempt, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
