namespace ChainBridge.Engine.Steps;

/// <summary>Records the release as stable: the point of no return. What fails after it changes no verdict.</summary>
internal sealed class Commit : Step
{
    public override Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        run.RecordGates();
        run.Promote(run.Attempted.Candidate);
        return Task.CompletedTask;
    }
}
