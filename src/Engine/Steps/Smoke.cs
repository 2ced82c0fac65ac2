using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Proves the candidate while it has no traffic, at the addresses of the services behind the doors.</summary>
internal sealed class SmokeCandidate : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        var subjects = await Subjects.CandidateAsync(run, slot, release, cancellationToken);
        var gate = await run.GateAsync(StepKind.SmokeCandidate, "smoke of the candidate",
            Subjects.WithVersions(run.Gates.Smoke, release), subjects, slot, cancellationToken);
        run.Smoked(gate.Duration);
    }
}

/// <summary>Proves the release again through the public doors.</summary>
/// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
internal sealed class SmokePublic(bool inconclusiveIsEnough = false) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        await run.UnlessDecidedAsync(inconclusiveIsEnough, async () =>
        {
            var subjects = await Subjects.PublicAsync(run, slot, release, cancellationToken, run.Gates.Smoke);
            var gate = await run.GateAsync(StepKind.SmokePublic, "smoke through the public door", run.Gates.Smoke,
                [.. subjects.Select(door => Predecessors.Behind(run, door))], slot, cancellationToken);
            run.Smoked(gate.Duration);
        });
        await run.AskAsync(StepKind.Verify, () => Digests.SteadyAsync(run.Platform, slot, release, cancellationToken), slot);
    }
}
