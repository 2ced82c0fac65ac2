using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Three services behind each other on a host over SSH, replaced one by one with a release that fails through the door. Its runner is
/// killed while it puts the old services back, and another one puts in order what it left, or its connection is cut and it goes on; users
/// are at the door all the time.
/// </summary>
public sealed class SshCrashWayBackStory : StoryOverSsh
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private (string Commit, string Version)[] _fine = [];
    private string _stable = "";

    /// <summary>Row → what came of it.</summary>
    public IReadOnlyDictionary<string, Seen> Crashes { get; private set; } = new Dictionary<string, Seen>();

    public TrafficReport Traffic { get; private set; } = null!;

    /// <param name="Before">The release that served before.</param>
    /// <param name="Run">The run that was killed or cut off.</param>
    /// <param name="Cut">How many processes of the connection were ended.</param>
    /// <param name="Meanwhile">What the public door answered when the run had ended.</param>
    /// <param name="Next">The run after it; null where there was none to be run.</param>
    /// <param name="Containers">All containers of the environment, by their names behind its own.</param>
    public sealed record Seen(string Before, RunResult Run, int Cut, (HttpStatusCode Status, string Body)? Meanwhile, RunResult? Next,
        (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services, IReadOnlyList<string> Containers)
    {
        public string Evidence => $"{Run.Evidence}\n{Next?.Evidence}";
    }

    protected override async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        await RollingStory.ThreeServicesAsync(lab, cancellationToken);
        var first = await MakeAsync(lab, "fine", () => lab.DeployAsync(cancellationToken), cancellationToken);
        _fine = [first, await MakeAsync(lab, "fine", () => BuildAsync(lab, cancellationToken), cancellationToken)];
        _stable = first.Version;
        var wrong = await MakeAsync(lab, "wrong-through-the-door", () => BuildAsync(lab, cancellationToken), cancellationToken);

        var seen = new Dictionary<string, Seen>();
        await using var traffic = new Traffic(lab.Door);
        foreach (var crash in SshCrashWayBack.In(Sample.OfThisRun))
            seen[$"{crash}"] = await BreakOffAsync(lab, crash, wrong.Commit, cancellationToken);
        (Crashes, Traffic) = (seen, await traffic.StopAsync());
    }

    private async Task<Seen> BreakOffAsync(Lab lab, SshCrashWayBack crash, string wrong, CancellationToken cancellationToken)
    {
        var before = _stable;
        await lab.Repository.CheckOutAsync(wrong, cancellationToken);
        using var run = await lab.StartDeployAsync(cancellationToken);
        // What fails; whatever begins after it is the way back.
        await run.BeginsAsync("smokePublic", cancellationToken);
        foreach (var step in crash.Path) await PrintsAsync(run, "step-begun", step, cancellationToken);
        if (crash.How == Breakage.KilledAfter) await EffectAsync(lab, run, crash.Path[^1], before, cancellationToken);
        var cut = crash.How == Breakage.Cut ? await Server.CutAsync(cancellationToken) : 0;
        if (crash.How != Breakage.Cut) run.Kill();
        var broken = await lab.EndAsync(run, cancellationToken);
        var meanwhile = await lab.AskAsync("/", cancellationToken);
        // A way back that could not go on says that a person is needed, who has the rest put in order.
        var then = crash.Next ?? (broken.ExitCode == 13 ? SshCrashWayBack.Undo : null);
        var next = then is null ? null : await NextAsync(lab, then, before, cancellationToken);
        return new(before, broken, cut, meanwhile, next, await lab.AskAsync("/", cancellationToken),
            await lab.Target.ServicesAsync(lab, cancellationToken), await SshCrashStory.ContainersAsync(lab, cancellationToken));
    }

    private async Task<RunResult> NextAsync(Lab lab, string verb, string before, CancellationToken cancellationToken)
    {
        if (verb != SshCrashWayBack.Deploy) return await lab.RunAsync(cancellationToken, verb.Split(' '));
        await lab.Repository.CheckOutAsync(_fine.First(release => release.Version != before).Commit, cancellationToken);
        var next = await lab.DeployAsync(cancellationToken);
        if (next.ExitCode == 0) _stable = next.Version;
        return next;
    }

    /// <summary>Waits for the effect of the step: at the door where users meet it, else until the runner has it in the journal.</summary>
    private static Task EffectAsync(Lab lab, RunnerRun run, string step, string version, CancellationToken cancellationToken) =>
        step == "switch"
            ? Until.TrueAsync($"the door answers with {version}", Patience, async () =>
                (await lab.AskAsync("/", cancellationToken))?.Body.Contains($"\"front\":\"{version}\"", StringComparison.Ordinal) == true,
                cancellationToken)
            : PrintsAsync(run, "step-ended", step, cancellationToken);

    /// <param name="step">With the name of a service behind it where the step is about that one.</param>
    private static Task PrintsAsync(RunnerRun run, string happened, string step, CancellationToken cancellationToken) =>
        run.PrintsAsync($"{happened} of {step}", line => line.Event == happened && $"{line.Step} {line["service"]}".TrimEnd() == step,
            cancellationToken);

    private static async Task<(string Commit, string Version)> MakeAsync(
        Lab lab, string behaviour, Func<Task<RunResult>> make, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync(behaviour, cancellationToken);
        var run = await make();
        run.ShouldEndWith(0);
        return (await lab.Repository.HeadAsync(cancellationToken), run.Version);
    }

    private static async Task<RunResult> BuildAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Target.MakeBuildableAsync(lab, cancellationToken);
        return await lab.RunAsync(cancellationToken, "build");
    }
}
