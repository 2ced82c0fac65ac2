using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>Three good releases and a bad one; then back, further back, and to what is not there or is no longer what it was.</summary>
public sealed class RollbackStory : Story
{
    public string A { get; private set; } = "";
    public string B { get; private set; } = "";
    public string C { get; private set; } = "";
    public string Bad { get; private set; } = "";
    public RunResult PlannedBack { get; private set; } = null!;
    public After Once { get; private set; } = null!;
    public After Twice { get; private set; } = null!;
    public After ThreeTimes { get; private set; } = null!;
    public After Named { get; private set; } = null!;
    public After ToMissing { get; private set; } = null!;
    public After ToBad { get; private set; } = null!;
    public After ToTampered { get; private set; } = null!;
    public RunResult Versions { get; private set; } = null!;
    public TrafficReport Traffic { get; private set; } = null!;

    /// <summary>A rollback, and what served and ran afterwards.</summary>
    public sealed record After(RunResult Run, (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        A = await ReleaseAsync(lab, "fine", cancellationToken);
        await using var traffic = new Traffic(lab.Door);
        B = await ReleaseAsync(lab, "fine", cancellationToken, "--only", "front");
        C = await ReleaseAsync(lab, "fine", cancellationToken, "--only", "front");
        Bad = await ReleaseAsync(lab, "dies-at-start", cancellationToken, "--only", "front");

        PlannedBack = await lab.RunAsync(cancellationToken, "plan", "--rollback");
        Once = await BackAsync(lab, null, cancellationToken);
        Twice = await BackAsync(lab, null, cancellationToken);
        ThreeTimes = await BackAsync(lab, null, cancellationToken);
        Named = await BackAsync(lab, C, cancellationToken);
        ToMissing = await BackAsync(lab, "staging-20200101-0000000", cancellationToken);
        ToBad = await BackAsync(lab, Bad, cancellationToken);
        await lab.Target.TamperAsync(lab, B, "front", cancellationToken);
        ToTampered = await BackAsync(lab, B, cancellationToken);
        Versions = await lab.RunAsync(cancellationToken, "versions");
        Traffic = await traffic.StopAsync();
    }

    private static async Task<string> ReleaseAsync(Lab lab, string behaviour, CancellationToken cancellationToken, params string[] options)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        var run = await lab.DeployAsync(cancellationToken, options);
        run.ShouldEndWith(behaviour == "fine" ? 0 : 11);
        return run.Version;
    }

    private static async Task<After> BackAsync(Lab lab, string? version, CancellationToken cancellationToken)
    {
        var run = await lab.RunAsync(cancellationToken, version is null ? ["rollback"] : ["rollback", version]);
        return new(run, await lab.AskAsync("/", cancellationToken), await lab.Target.ServicesAsync(lab, cancellationToken));
    }
}
