using System.Net;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Runs on a host over SSH that are broken off at their steps, with what is run afterwards, and users at the door all the time. Two
/// releases by turns, of each way the traffic moves, so that nothing is built twice.
/// </summary>
public sealed class SshCrashStory : StoryOverSsh
{
    // A candidate that has just begun compiles what it runs, for some seconds on a busy machine: beside a warm release it is slower.
    private const string Shares = "{ canary: { shares: [50%], for: 4s, warmUp: 8s, waitFor: 150s, maxMoreFailed: 0.5, maxSlower: 1 } }";

    // Longer than callers here keep a connection: then no request may fail.
    private const string OneByOne = "{ rolling: { settle: 3s } }";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Rush = TimeSpan.FromMilliseconds(6);
    private readonly Dictionary<string, (string Commit, string Version)[]> _releases = [];
    private string _stable = "";

    /// <summary>Row → what came of it.</summary>
    public IReadOnlyDictionary<string, Seen> Crashes { get; private set; } = new Dictionary<string, Seen>();

    /// <summary>While releases are built whole.</summary>
    public TrafficReport Traffic { get; private set; } = null!;

    /// <summary>While services are replaced one by one; null where no row does so.</summary>
    public TrafficReport? TrafficOneByOne { get; private set; }

    /// <summary>Of the further users while the traffic is shared.</summary>
    public List<string> FailuresInARush { get; } = [];

    /// <summary>How the edge ended → what came of it, with what the status was afterwards.</summary>
    public IReadOnlyDictionary<string, (Seen Seen, RunResult Status)> EdgeDeaths { get; private set; } =
        new Dictionary<string, (Seen, RunResult)>();

    /// <param name="Before">The release that served before.</param>
    /// <param name="Run">The run that was broken off.</param>
    /// <param name="WhileAway">What the public door answered while the host was away; null where it was not.</param>
    /// <param name="Next">The run after it; null where there was none.</param>
    /// <param name="Containers">All containers of the environment, by their names behind its own.</param>
    public sealed record Seen(string Before, RunResult Run, (HttpStatusCode Status, string Body)? WhileAway, RunResult? Next,
        (HttpStatusCode Status, string Body)? Door, IReadOnlyList<string> Services, IReadOnlyList<string> Containers)
    {
        public string Evidence => $"{Run.Evidence}\n{Next?.Evidence}";
    }

    protected override async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        var crashes = SshCrash.In(Sample.OfThisRun);
        // Long enough that what is cut in the middle of it is cut in the middle.
        lab.Variables["TINY_OBSERVE"] = "1s";
        await MakeReleasesAsync(lab, crashes, cancellationToken);
        var seen = new Dictionary<string, Seen>();
        Traffic = await WatchAsync(lab, [.. crashes.Where(crash => crash.Way != SshCrash.OneByOne)], seen, cancellationToken);
        SshCrash[] rolling = [.. crashes.Where(crash => crash.Way == SshCrash.OneByOne)];
        if (rolling.Length > 0) TrafficOneByOne = await WatchAsync(lab, rolling, seen, cancellationToken);
        Crashes = seen;
        var deaths = new Dictionary<string, (Seen, RunResult)>();
        foreach (var death in EdgeDeath.In(Sample.OfThisRun)) deaths[death.Name] = await EndEdgeAsync(lab, death, cancellationToken);
        EdgeDeaths = deaths;
    }

    /// <summary>What users saw while these were broken off.</summary>
    private async Task<TrafficReport> WatchAsync(
        Lab lab, IReadOnlyList<SshCrash> crashes, Dictionary<string, Seen> seen, CancellationToken cancellationToken)
    {
        await using var traffic = new Traffic(lab.Door);
        foreach (var crash in crashes)
        {
            // Two releases can be compared when many users come.
            await using var many = crash.Way == SshCrash.InShares ? new Traffic(lab.Door, gap: Rush) : null;
            seen[$"{crash}"] = await BreakOffAsync(lab, crash, cancellationToken);
            if (many is not null) FailuresInARush.AddRange((await many.StopAsync()).Failures);
        }

        return await traffic.StopAsync();
    }

    /// <summary>Without users: they have no door while the edge is gone.</summary>
    private async Task<(Seen, RunResult)> EndEdgeAsync(Lab lab, EdgeDeath death, CancellationToken cancellationToken)
    {
        var before = _stable;
        var other = _releases[SshCrash.AtOnce].First(release => release.Version != before);
        await lab.Repository.CheckOutAsync(other.Commit, cancellationToken);
        if (death.InTheWayBack) await lab.Repository.ReleaseAsync("wrong-through-the-door", cancellationToken);
        using var run = await lab.StartDeployAsync(cancellationToken);
        if (death.InTheWayBack) await run.BeginsAsync("smokePublic", cancellationToken);
        await run.BeginsAsync(death.Step, cancellationToken);
        await death.KillAsync(lab, cancellationToken);
        var ended = await lab.EndAsync(run, cancellationToken);
        // What could not be judged waits for a person.
        var next = ended.ExitCode == 14 ? await lab.RunAsync(cancellationToken, "abort") : null;
        // Docker starts an edge that died near the end of the run only after the run has ended.
        await Until.TrueAsync($"the door answers again after the edge {death.Name}", Patience,
            async () => await lab.AskAsync("/", cancellationToken) is not null, cancellationToken);
        var seen = await LookAsync(lab, before, ended, null, next, cancellationToken);
        return (seen, await lab.RunAsync(cancellationToken, "status"));
    }

    /// <summary>Two releases that move the traffic at once, and two of each other way that a row needs. Those are built only.</summary>
    private async Task MakeReleasesAsync(Lab lab, IReadOnlyList<SshCrash> crashes, CancellationToken cancellationToken)
    {
        _releases[SshCrash.AtOnce] = [await MakeAsync(), await MakeAsync()];
        // A rollback needs two that were stable.
        _releases[SshCrash.Back] = _releases[SshCrash.AtOnce];
        foreach (var (way, strategy) in new[] { (SshCrash.InShares, Shares), (SshCrash.OneByOne, OneByOne) })
        {
            if (crashes.All(crash => crash.Way != way)) continue;
            await lab.Repository.CheckOutAsync(_releases[SshCrash.AtOnce][^1].Commit, cancellationToken);
            await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace("    drainTimeout: 20s\n",
                $"    drainTimeout: 20s\n    strategy: {strategy}\n", StringComparison.Ordinal), cancellationToken);
            _releases[way] = [await BuildAsync(), await BuildAsync()];
        }

        async Task<(string, string)> MakeAsync()
        {
            await lab.Repository.ReleaseAsync("fine", cancellationToken);
            var run = await lab.DeployAsync(cancellationToken);
            run.ShouldEndWith(0);
            return (await lab.Repository.HeadAsync(cancellationToken), _stable = run.Version);
        }

        async Task<(string, string)> BuildAsync()
        {
            await lab.Repository.ReleaseAsync("fine", cancellationToken);
            await lab.Target.MakeBuildableAsync(lab, cancellationToken);
            var run = await lab.RunAsync(cancellationToken, "build");
            run.ShouldEndWith(0);
            return (await lab.Repository.HeadAsync(cancellationToken), run.Version);
        }
    }

    private async Task<Seen> BreakOffAsync(Lab lab, SshCrash crash, CancellationToken cancellationToken)
    {
        var before = _stable;
        var other = _releases[crash.Way].First(release => release.Version != before);
        await lab.Repository.CheckOutAsync(other.Commit, cancellationToken);
        // By name: without one a rollback never goes where an earlier one came from. By force: a row before may have failed the release.
        using var run = crash.Way == SshCrash.Back
            ? lab.Start("rollback", other.Version, "--force")
            : await lab.StartDeployAsync(cancellationToken);
        var named = await run.PrintsAsync("it names its release", line => line.Event == "release-named", cancellationToken);
        await run.PrintsAsync($"{crash.Step} begins", line => crash.IsAt("step-begun", line), cancellationToken);
        if (crash.How == Breakage.KilledAfter) await EffectAsync(lab, run, crash, named["version"]!, cancellationToken);
        (HttpStatusCode, string)? whileAway = null;
        RunResult broken;
        if (crash.How is Breakage.KilledBefore or Breakage.KilledAfter)
        {
            run.Kill();
            broken = await lab.EndAsync(run, cancellationToken);
        }
        else
        {
            if (crash.How == Breakage.Lost) await Server.StopAsync();
            await Server.CutAsync(cancellationToken);
            broken = await lab.EndAsync(run, cancellationToken);
            if (crash.How == Breakage.Lost) whileAway = await lab.AskAsync("/", cancellationToken);
            await Server.StartAsync();
        }

        // What could not be judged waits for a person, where two whole releases stand beside each other.
        var then = broken.ExitCode == 14 && crash.Next != "deploy" && crash.Way != SshCrash.OneByOne ? "abort" : crash.Next;
        var next = then switch
        {
            null => null,
            "deploy" => await lab.DeployAsync(cancellationToken),
            var verb => await lab.RunAsync(cancellationToken, verb),
        };
        return await LookAsync(lab, before, broken, whileAway, next, cancellationToken);
    }

    private async Task<Seen> LookAsync(Lab lab, string before, RunResult run, (HttpStatusCode, string)? whileAway, RunResult? next,
        CancellationToken cancellationToken)
    {
        var door = await lab.AskAsync("/", cancellationToken);
        _stable = _releases.Values.SelectMany(releases => releases).Select(release => release.Version).Distinct()
            .FirstOrDefault(version => door?.Body.Contains($"\"front\":\"{version}\"", StringComparison.Ordinal) == true)
            ?? throw new InvalidOperationException($"no known release serves: {door}; {run.Evidence}\n{next?.Evidence}");
        return new(before, run, whileAway, next, door, await lab.Target.ServicesAsync(lab, cancellationToken),
            await ContainersAsync(lab, cancellationToken));
    }

    /// <summary>Waits for the effect of the step: at the door where users meet it, else until the runner has it in the journal.</summary>
    private static Task EffectAsync(Lab lab, RunnerRun run, SshCrash crash, string version, CancellationToken cancellationToken) =>
        crash.Step is "shift" or "switch"
            ? Until.TrueAsync($"the door answers with {version}", Patience, async () =>
                (await lab.AskAsync("/", cancellationToken))?.Body.Contains($"\"front\":\"{version}\"", StringComparison.Ordinal) == true,
                cancellationToken)
            : run.PrintsAsync($"{crash.Step} ends", line => crash.IsAt("step-ended", line), cancellationToken);

    /// <summary>By the label of the environment; stopped ones too.</summary>
    internal static async Task<IReadOnlyList<string>> ContainersAsync(Lab lab, CancellationToken cancellationToken) =>
        [.. (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--all", "--filter", "label=chainbridge.environment", "--filter",
            $"name={lab.Variables["TINY_PROJECT"]}-staging-", "--format", "{{.Names}}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => string.Join('-', name.Split('-')[^3..])).Order(StringComparer.Ordinal)];
}
