using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Releases on two hosts over SSH, with users at both doors all the time: two good ones, a runner that is killed between the switches, a
/// service that dies on one host, a host that is lost between the switches, and one that is away before.
/// </summary>
public sealed class TwoHostsStory : StoryOnTwoHosts
{
    public RunResult First { get; private set; } = null!;
    public RunResult Planned { get; private set; } = null!;
    public RunResult Second { get; private set; } = null!;
    public string Steps { get; private set; } = "";
    public RunResult Status { get; private set; } = null!;
    public RunResult Doctor { get; private set; } = null!;
    public RunResult Dead { get; private set; } = null!;
    public IReadOnlyList<string> PagesAfterTheDead { get; private set; } = [];
    public RunResult Resumed { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAfterResume { get; private set; } = [];
    public RunResult Died { get; private set; } = null!;
    public RunResult Lost { get; private set; } = null!;
    public RunResult StatusWhileAway { get; private set; } = null!;
    public RunResult Away { get; private set; } = null!;
    public RunResult Settled { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAfterSettling { get; private set; } = [];
    public IReadOnlyList<string> PagesAfterSettling { get; private set; } = [];
    public TrafficReport TrafficOfOne { get; private set; } = null!;
    public TrafficReport TrafficOfTwo { get; private set; } = null!;

    protected override async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        First = await lab.DeployAsync(cancellationToken);
        await using var one = new Traffic(lab.Door);
        await using var two = new Traffic(SecondDoor);
        await lab.Repository.ReleaseAsync("fine", cancellationToken, StackRepository.TwoSteps);
        Planned = await lab.RunAsync(cancellationToken, "plan");
        Second = await lab.DeployAsync(cancellationToken);
        if (Second.ExitCode != 0) throw new InvalidOperationException($"the second release was not promoted; {Second.Evidence}");
        Steps = await Database.AskAsync("SELECT count(*) FROM steps", cancellationToken);
        Status = await lab.RunAsync(cancellationToken, "status");
        Doctor = await lab.RunAsync(cancellationToken, "doctor");
        await KillBetweenAsync(lab, cancellationToken);
        await DieOnOneAsync(lab, cancellationToken);
        await LoseAsync(lab, cancellationToken);
        (TrafficOfOne, TrafficOfTwo) = (await one.StopAsync(), await two.StopAsync());
    }

    /// <summary>
    /// The second host's edge answers, and gets no change onto its disk: it waits there for a reader of a pipe. So the runner is killed
    /// when only the first one has switched.
    /// </summary>
    private async Task KillBetweenAsync(Lab lab, CancellationToken cancellationToken)
    {
        const string pipe = "/state/edge.json.new";
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        var edge = await EdgeOfTwoAsync(cancellationToken);
        // To the end of this: the release has its gate recorded with it, and the resume asks it.
        using var held = lab.HoldBeforeTheDoor();
        using (var dying = await lab.StartDeployAsync(cancellationToken))
        {
            await dying.BeginsAsync("smokeCandidate", cancellationToken);
            await Shell.RunAsync("/", cancellationToken, "docker", "exec", edge, "mkfifo", pipe);
            held.GoOn();
            try
            {
                await dying.PrintsAsync("the switch of the second host begins", line =>
                    line.Event == "changing" && line["what"]!.StartsWith($"on {Two}: tell the edge its doors", StringComparison.Ordinal),
                    cancellationToken);
                dying.Kill();
            }
            finally
            {
                // What was written into the pipe is not renamed to be the state.
                await Shell.RunAsync("/", cancellationToken, "docker", "exec", edge, "sh", "-c", $"exec 3<>{pipe}; rm {pipe}");
            }

            Dead = await lab.EndAsync(dying, cancellationToken);
        }

        PagesAfterTheDead = await PagesAsync(lab, cancellationToken);
        Resumed = await lab.RunAsync(cancellationToken, "resume");
        ServicesAfterResume = await lab.Target.ServicesAsync(lab, cancellationToken);
    }

    /// <summary>A service of the candidate is gone on the second host when the candidate is asked whether it can work.</summary>
    private async Task DieOnOneAsync(Lab lab, CancellationToken cancellationToken)
    {
        var hook = $$"""

            hooks:
              - before: smoke
                run: [sh, -c, "docker kill {{await EnvironmentOfTwoAsync(cancellationToken)}}-$CHAINBRIDGE_SLOT-back-1"]

            """;
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text + hook, cancellationToken);
        Died = await lab.DeployAsync(cancellationToken);
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace(hook, "", StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>The second host is gone when its turn to switch has come, and stays away.</summary>
    private async Task LoseAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        using (var losing = await lab.StartDeployAsync(cancellationToken))
        {
            await losing.BeginsAsync("switch", cancellationToken);
            await ServerOfTwo.StopAsync();
            await ServerOfTwo.CutAsync(cancellationToken);
            Lost = await lab.EndAsync(losing, cancellationToken);
        }

        StatusWhileAway = await lab.RunAsync(cancellationToken, "status");
        Away = await lab.DeployAsync(cancellationToken);
        await ServerOfTwo.StartAsync();
        Settled = await lab.RunAsync(cancellationToken, "resume");
        ServicesAfterSettling = await lab.Target.ServicesAsync(lab, cancellationToken);
        PagesAfterSettling = await PagesAsync(lab, cancellationToken);
    }

    private async Task<string> EdgeOfTwoAsync(CancellationToken cancellationToken) =>
        (await ContainersOfTwoAsync(cancellationToken, "{{.ID}} {{.Label \"com.docker.compose.service\"}}")).Select(line => line.Split(' '))
            .Single(container => container[1] == "edge")[0];
}
