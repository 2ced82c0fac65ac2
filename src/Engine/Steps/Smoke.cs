using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Proves the candidate while it has no traffic.</summary>
internal sealed class SmokeCandidate : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        var address = await run.AddressAsync(() => run.Platform.CandidateAddressAsync(slot, cancellationToken))
            ?? throw new EngineException(Failure.CandidateFailed, $"nothing answers in slot {slot.Name()} though it was started",
                "look at the candidate's logs");
        var gate = await run.GateAsync(StepKind.SmokeCandidate, "smoke of the candidate", run.Gates.Smoke,
            new GateSubject(address, release.Version), slot, cancellationToken);
        run.Smoked(gate.Duration);
    }
}

/// <summary>Proves the release again through the public door.</summary>
/// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
internal sealed class SmokePublic(bool inconclusiveIsEnough = false) : Step
{
    public override async Task ApplyAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var (slot, release) = (run.Attempted.Candidate, run.Attempted.Release);
        var door = await run.AddressAsync(async () => await run.Traffic.PublicAddressAsync(cancellationToken));
        await run.UnlessDecidedAsync(inconclusiveIsEnough, async () =>
        {
            var gate = await run.GateAsync(StepKind.SmokePublic, "smoke through the public door", run.Gates.Smoke,
                new GateSubject(door, release.Version), slot, cancellationToken);
            run.Smoked(gate.Duration);
        });
        await run.AskAsync(StepKind.Verify, () => Digests.SteadyAsync(run.Platform, slot, release, cancellationToken), slot);
    }
}
