using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Deployments to a host over SSH that end in the middle of a step, with users at the door the whole time: the runner is killed, or its
/// connection is cut, for a moment or until the host is back. Then the deployment is resumed or run again. At last the edge dies.
/// </summary>
public sealed class SshCrashStory : Story
{
    private readonly LocalSshd _server = new();

    /// <summary>What ends in the middle of a step.</summary>
    public enum Fault
    {
        /// <summary>SIGKILL to the runner.</summary>
        Kill,
        /// <summary>Every connection is cut; the host takes new ones.</summary>
        Cut,
        /// <summary>Every connection is cut, and the host takes no new one until the run has ended.</summary>
        Lost,
    }

    /// <summary>When in a step.</summary>
    public enum Moment
    {
        /// <summary>Its line is in the journal, and its effect is about to come.</summary>
        Begun,
        /// <summary>Its first change was announced, and is under way.</summary>
        Changing,
        /// <summary>Its effect is there, and the line that says so.</summary>
        Ended,
    }

    /// <summary>A fault at a moment of a step.</summary>
    public sealed record Point(Fault Fault, string Step, Moment Moment)
    {
        public override string ToString() => $"{Fault} {Step} {Moment}";
    }

    /// <param name="Before">The release that was stable before.</param>
    /// <param name="Run">The run that met the fault.</param>
    /// <param name="Again">The run after it.</param>
    /// <param name="Containers">How many the environment has, whatever their state.</param>
    public sealed record Crash(
        string Before, RunResult Run, RunResult Again, string Page, IReadOnlyList<string> Services, int Containers, RunResult Lock);

    /// <summary>The steps in the order of a deployment, and whether each changes anything.</summary>
    private static readonly (string Step, bool Changes)[] Steps =
    [
        ("prepare", true), ("migrate", true), ("startSlot", true), ("verify", false), ("smokeCandidate", false), ("switch", true),
        ("smokePublic", false), ("observe", false), ("drain", false), ("stopSlot", true),
    ];

    public static IReadOnlyList<Point> Points(Sample sample) => sample.Seventh(
    [
        // Not at the end of the last one: a runner may be through before the signal comes.
        .. from step in Steps
           from moment in Moments(step.Changes, step.Step == "stopSlot" ? [Moment.Begun] : [Moment.Begun, Moment.Ended])
           select new Point(Fault.Kill, step.Step, moment),
        .. from step in Steps from moment in Moments(step.Changes, Moment.Begun) select new Point(Fault.Cut, step.Step, moment),
        .. from step in Steps where step.Step is "migrate" or "startSlot" or "switch" or "observe"
           select new Point(Fault.Lost, step.Step, Moment.Begun),
    ]);

    public IReadOnlyDictionary<string, Crash> Crashes { get; private set; } = new Dictionary<string, Crash>();
    public RunResult WithoutEdge { get; private set; } = null!;
    public string PageAfterTheEdge { get; private set; } = "";
    public TrafficReport Traffic { get; private set; } = null!;

    public override async Task RunAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await base.RunAsync(target, cancellationToken);
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<Lab> OpenAsync(string target, CancellationToken cancellationToken)
    {
        await _server.InitializeAsync();
        return await Lab.OpenAsync(new SshUnderTest(_server), cancellationToken);
    }

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        try
        {
            await RunOnAsync(lab, cancellationToken);
        }
        finally
        {
            await _server.StartAsync();
        }
    }

    private async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        var first = await lab.DeployAsync(cancellationToken);
        first.ShouldEndWith(0);
        var (stable, crashes, migrations) = (first.Version, new Dictionary<string, Crash>(), "");
        await using var traffic = new Traffic(lab.Door);
        foreach (var (index, point) in Points(Sample.OfThisRun).Index())
        {
            if (point.Step == "migrate")
                migrations = $"{(migrations.Length == 0 ? StackRepository.TwoSteps : migrations)}\n"
                    + $"ALTER TABLE visits ADD COLUMN c{index} text | ALTER TABLE visits DROP COLUMN c{index}";
            await lab.Repository.ReleaseAsync("fine", cancellationToken, migrations.Length == 0 ? null : migrations);
            var run = await MeetAsync(lab, point, cancellationToken);
            var again = index % 2 == 0 ? await lab.RunAsync(cancellationToken, "resume") : await lab.DeployAsync(cancellationToken);
            crashes[point.ToString()] = new(stable, run, again, (await lab.AskAsync("/", cancellationToken))?.Body ?? "",
                await lab.Target.ServicesAsync(lab, cancellationToken), await ContainersAsync(lab, cancellationToken),
                await lab.RunAsync(cancellationToken, "unlock"));
            stable = again.Version.Length > 0 && again.ExitCode == 0 ? again.Version : run.ExitCode == 0 ? run.Version : stable;
        }

        Crashes = crashes;
        Traffic = await traffic.StopAsync();
        await KillEdgeAsync(lab, cancellationToken);
    }

    private async Task<RunResult> MeetAsync(Lab lab, Point point, CancellationToken cancellationToken)
    {
        using var run = await lab.StartDeployAsync(cancellationToken);
        if (point.Moment == Moment.Ended)
            await run.PrintsAsync($"step {point.Step} ends", line => line.Is("step-ended", point.Step), cancellationToken);
        else await run.BeginsAsync(point.Step, cancellationToken);
        if (point.Moment == Moment.Changing)
            await run.PrintsAsync($"step {point.Step} changes something", line => line.Event == "changing", cancellationToken);
        if (point.Fault == Fault.Kill) run.Kill();
        if (point.Fault == Fault.Lost) await _server.StopAsync();
        if (point.Fault != Fault.Kill) await _server.CutAsync(cancellationToken);
        var ended = await lab.EndAsync(run, cancellationToken);
        await _server.StartAsync();
        return ended;
    }

    /// <summary>The edge's process is killed while the candidate starts; the engine starts it again.</summary>
    private async Task KillEdgeAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        using var run = await lab.StartDeployAsync(cancellationToken);
        await run.BeginsAsync("startSlot", cancellationToken);
        var edge = await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--quiet", "--filter", $"publish={lab.Door.Port}");
        await Shell.RunAsync("/", cancellationToken, "sh", "-c", $"kill -9 $(docker inspect --format '{{{{.State.Pid}}}}' {edge})");
        WithoutEdge = await lab.EndAsync(run, cancellationToken);
        PageAfterTheEdge = (await lab.AskAsync("/", cancellationToken))?.Body ?? "";
    }

    private static async Task<int> ContainersAsync(Lab lab, CancellationToken cancellationToken) =>
        (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--all", "--quiet", "--filter", "label=chainbridge.environment",
            "--filter", $"name={lab.Variables["TINY_PROJECT"]}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static IEnumerable<Moment> Moments(bool changes, params Moment[] others) =>
        changes ? [.. others, Moment.Changing] : others;
}
