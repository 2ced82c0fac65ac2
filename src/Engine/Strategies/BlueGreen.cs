using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Strategies;

/// <summary>
/// The candidate starts in the idle slot beside the old release, is proved there, gets all traffic in one move, is proved
/// again, and only then the old release is stopped. Work from queues is handed over just before the traffic. An environment may put
/// a <see cref="Canary"/> before that move, or the <see cref="Rolling"/> replacement of inner services before the
/// start. Read a plan from top to bottom: it is the runbook.
/// </summary>
internal static class BlueGreen
{
    /// <summary>The verb of <see cref="Settle"/>.</summary>
    public const string SettleVerb = "resume";

    /// <summary>Deploys what the working tree holds.</summary>
    /// <param name="canary">Null for all traffic at once.</param>
    /// <param name="rolling">Services are replaced one by one.</param>
    public static Plan Deploy(DeployOptions options, CanarySpec? canary, bool rolling) => new("deploy",
        Before: [new Preflight(options.SkipPreflight), new NameRelease(options), new Build(options), .. options.SkipTests
            ? []
            : new Step[] { new IntegrationGate() }],
        Steps: [new Prepare(), new RecordRelease(), .. StartBesideTheOld(rolling),
            .. options.Approve ? [] : MoveTheTraffic(canary)],
        Waits: options.Approve) { Skipped = options.Skipped };

    /// <summary>Brings back a recorded release, by digest, through the same gates and the same switch.</summary>
    /// <param name="version">Null for the last stable release that is not the current one.</param>
    /// <param name="force">Take a release that never passed.</param>
    /// <param name="rolling">Services are replaced one by one.</param>
    public static Plan Rollback(string? version, bool force, bool rolling) => new(History.Rollback,
        Before: [new Reach()],
        Steps: [new ChooseRelease(version, force), new Prepare(), new TakeUpRecorded(), .. StartBesideTheOld(rolling),
            .. MoveTheTraffic()]);

    /// <summary>Lets in the candidate that waits.</summary>
    /// <param name="canary">Null for all traffic at once.</param>
    public static Plan Promote(CanarySpec? canary) => new("promote",
        Before: [new Reach()],
        Steps: [new TakeUpWaiting(toPromote: true), new VerifyCandidate(), .. MoveTheTraffic(canary, inconclusiveIsEnough: true)],
        TakesOver: false);

    /// <summary>Finds the candidate that waits; the way back then takes it away.</summary>
    public static Plan Abort() => new("abort", Before: [new Reach()], Steps: [new TakeUpWaiting(toPromote: false)],
        TakesOver: false);

    /// <summary>
    /// What an attempt may have changed before <see cref="Commit"/>, in order. The way back undoes it from the end. The shares of a canary
    /// go back with the <see cref="Switch"/>, and whether services were replaced one by one is the attempt's.
    /// </summary>
    public static IReadOnlyList<Step> Undoable() => [.. StartBesideTheOld(rolling: true),
        .. MoveTheTraffic().TakeWhile(step => step is not Commit)];

    /// <summary>
    /// Finishes the deployment of a runner that died, from the first step on whose effect is not there; null when its plan has
    /// nothing to finish. A canary begins with its first share again: what a run that died has compared proves nothing.
    /// </summary>
    /// <param name="canary">Today's; null for all traffic at once.</param>
    public static Plan? Resume(DeploymentRecord dead, CanarySpec? canary)
    {
        var rest = StartBesideTheOld(rolling: true).Concat(MoveTheTraffic(canary))
            .Where(step => dead.Plan?.Contains(step.Name) == true).ToList();
        return rest.Count == 0 ? null : new(dead.Verb, Before: [new Reach()], [new TakeUpUnfinished(dead.Id), .. rest],
            Waits: !rest.OfType<Commit>().Any(), TakesOver: false, Resumes: true);
    }

    /// <summary>Only puts in order what a runner that died left.</summary>
    public static Plan Settle() => new(SettleVerb, Before: [new Reach()], Steps: []);

    private static IReadOnlyList<Step> StartBesideTheOld(bool rolling) =>
        [new Migrate(), new SmokePrevious(), .. Rolling.Steps(rolling), new StartCandidate(), new SmokeCandidate()];

    /// <param name="canary">Null for all traffic at once.</param>
    /// <param name="inconclusiveIsEnough">A person decided on evidence of their own; a failure still goes back.</param>
    private static IReadOnlyList<Step> MoveTheTraffic(CanarySpec? canary = null, bool inconclusiveIsEnough = false) =>
        [.. Canary.Steps(canary, inconclusiveIsEnough), new HandOverWork(), new Switch(), new SmokePublic(inconclusiveIsEnough),
            new Observe(inconclusiveIsEnough), new RegisterModels(required: true), new Commit(), new Drain(), new StopOld(), new Retain(),
            new RegisterModels(required: false)];
}
