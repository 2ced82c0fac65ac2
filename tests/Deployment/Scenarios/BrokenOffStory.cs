using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Runners that are killed or interrupted at every step of a deployment, and run again, resumed or undone, with users at the door the
/// whole time.
/// </summary>
public sealed class BrokenOffStory : Story
{
    /// <summary>
    /// Where a runner is killed: at the beginning of every step, when its line is in the journal and its effect is about
    /// to come. The end of a step and the beginning of the next are the same moment: nothing happens between them.
    /// Not at the last one, which cleans up: a runner may be through with it before the signal comes. That instant and
    /// every other one is tried in the unit tests.
    /// </summary>
    /// <remarks>The first of them deploys a new release, so that there are two to go on with.</remarks>
    public static IReadOnlyList<string> KillPoints(Sample sample) =>
        [.. sample.Half("migrate", "build"), .. sample.Third(Afterwards.Keys.Skip(2).ToList())];

    /// <summary>Step → the command that is run after the kill.</summary>
    private static readonly OrderedDictionary<string, string[]> Afterwards = new()
    {
        ["migrate"] = ["deploy"], ["build"] = ["deploy"], ["prepare"] = ["deploy"], ["startSlot"] = ["resume"], ["verify"] = ["deploy"],
        ["smokeCandidate"] = ["resume", "--undo"], ["switch"] = ["resume"], ["smokePublic"] = ["resume", "--undo"],
        ["promote"] = ["resume"], ["drain"] = ["deploy"], ["stopSlot"] = ["resume"],
    };

    /// <summary>Where a person presses Ctrl-C.</summary>
    public static IReadOnlyList<string> InterruptPoints(Sample sample) => sample.Third(["build", "startSlot", "smokePublic"]);

    public IReadOnlyDictionary<string, Broken> Kills { get; private set; } = new Dictionary<string, Broken>();
    public IReadOnlyDictionary<string, Broken> Interrupts { get; private set; } = new Dictionary<string, Broken>();
    public TrafficReport Traffic { get; private set; } = null!;

    /// <param name="Before">The release that was stable before.</param>
    /// <param name="Run">The run that was broken off.</param>
    /// <param name="Again">The next run; null where there was none.</param>
    /// <param name="Expected">The release that must serve now.</param>
    public sealed record Broken(string Before, RunResult Run, RunResult? Again, string Expected, (HttpStatusCode Status, string Body)? Door,
        IReadOnlyList<string> Services);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        var first = await lab.DeployAsync(cancellationToken);
        first.ShouldEndWith(0);
        var (stable, commits) = (first.Version, new List<string> { await lab.Repository.HeadAsync(cancellationToken) });

        await using var traffic = new Traffic(lab.Door);
        var kills = new Dictionary<string, Broken>();
        foreach (var point in KillPoints(Sample.OfThisRun))
        {
            // New code where a step needs it; else the two releases by turns, whose builds are there.
            if (point == "migrate") await lab.Repository.ReleaseAsync("fine", cancellationToken, StackRepository.TwoSteps);
            else if (point == "build") await lab.Repository.ReleaseAsync("fine", cancellationToken);
            else await lab.Repository.CheckOutAsync(commits[^2], cancellationToken);
            commits.Add(await lab.Repository.HeadAsync(cancellationToken));

            using var run = await lab.StartDeployAsync(cancellationToken);
            await run.BeginsAsync(point, cancellationToken);
            run.Kill();
            var killed = await lab.EndAsync(run, cancellationToken);
            var next = Afterwards[point];
            var again = next is ["deploy"] ? await lab.DeployAsync(cancellationToken) : await lab.RunAsync(cancellationToken, next);
            var expected = next switch { ["deploy"] => again.Version, ["resume"] => killed.Version, _ => stable };
            kills[point] = await LookAsync(lab, stable, killed, again, expected, cancellationToken);
            stable = expected;
        }

        Kills = kills;
        await InterruptAsync(lab, stable, cancellationToken);
        Traffic = await traffic.StopAsync();
    }

    private async Task InterruptAsync(Lab lab, string stable, CancellationToken cancellationToken)
    {
        var interrupts = new Dictionary<string, Broken>();
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        // The door's gate takes a few milliseconds here: held, it is still under way when the interrupt comes.
        lab.Variables["TINY_SMOKE"] = "held-at-the-door";
        foreach (var point in InterruptPoints(Sample.OfThisRun))
        {
            using var run = await lab.StartDeployAsync(cancellationToken);
            await run.BeginsAsync(point, cancellationToken);
            await run.InterruptAsync(cancellationToken);
            interrupts[point] = await LookAsync(lab, stable, await lab.EndAsync(run, cancellationToken), null, stable, cancellationToken);
        }

        Interrupts = interrupts;
    }

    private static async Task<Broken> LookAsync(
        Lab lab, string before, RunResult run, RunResult? again, string expected, CancellationToken cancellationToken) =>
        new(before, run, again, expected, await lab.AskAsync("/", cancellationToken),
            await lab.Target.ServicesAsync(lab, cancellationToken));
}
