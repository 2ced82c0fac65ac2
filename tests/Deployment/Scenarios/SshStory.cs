using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Releases on a host over SSH, with users at the door all the time: two good ones, the way back, a runner that is killed, a connection
/// that is cut in the middle, and a host that is away or not the one that is known.
/// </summary>
public sealed class SshStory : StoryOverSsh
{
    public RunResult First { get; private set; } = null!;
    public RunResult Planned { get; private set; } = null!;
    public RunResult Second { get; private set; } = null!;
    public RunResult Status { get; private set; } = null!;
    public RunResult History { get; private set; } = null!;
    public RunResult Back { get; private set; } = null!;
    public RunResult Dead { get; private set; } = null!;
    public IReadOnlyList<string> LeftByTheDead { get; private set; } = [];
    public RunResult Resumed { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAfterResume { get; private set; } = [];
    public RunResult Cut { get; private set; } = null!;
    public RunResult WrongHost { get; private set; } = null!;
    public RunResult Away { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? PageWhileAway { get; private set; }
    public string Fingerprint => Server.Fingerprint;
    public TrafficReport Traffic { get; private set; } = null!;
    /// <summary>What was generated, and the lines of the private key.</summary>
    public IReadOnlyList<string> Secrets { get; private set; } = [];

    /// <summary>Files of the environment, its repository and its state with a line of the private key.</summary>
    public IReadOnlyList<string> FilesWithTheKey { get; private set; } = [];
    public IReadOnlyCollection<string> CommandLines { get; private set; } = [];

    protected override SshUnderTest Target => new(Server, keyAsText: true);

    protected override async Task RunOnAsync(Lab lab, CancellationToken cancellationToken)
    {
        await using var commandLines = new CommandLines();
        First = await lab.DeployAsync(cancellationToken);
        await using var traffic = new Traffic(lab.Door);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Planned = await lab.RunAsync(cancellationToken, "plan");
        Second = await lab.DeployAsync(cancellationToken);
        Status = await lab.RunAsync(cancellationToken, "status");
        Back = await lab.RunAsync(cancellationToken, "rollback");
        History = await lab.RunAsync(cancellationToken, "history");

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        using (var dying = await lab.StartDeployAsync(cancellationToken))
        {
            await dying.BeginsAsync("switch", cancellationToken);
            dying.Kill();
            Dead = await lab.EndAsync(dying, cancellationToken);
        }

        await Until.TrueAsync("the connection of the runner that was killed is gone", TimeSpan.FromSeconds(30),
            () => Task.FromResult(Connections().Count == 0), cancellationToken);
        Resumed = await lab.RunAsync(cancellationToken, "resume");
        ServicesAfterResume = await lab.Target.ServicesAsync(lab, cancellationToken);

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        using (var deploying = await lab.StartDeployAsync(cancellationToken))
        {
            await deploying.BeginsAsync("startSlot", cancellationToken);
            await Server.CutAsync(cancellationToken);
            Cut = await lab.EndAsync(deploying, cancellationToken);
        }

        await Server.KnowAsync("other_key");
        WrongHost = await lab.DeployAsync(cancellationToken);
        await Server.KnowAsync("host_key");
        await Server.StopAsync();
        Away = await lab.DeployAsync(cancellationToken);
        PageWhileAway = await lab.AskAsync("/", cancellationToken);
        await Server.StartAsync();
        Traffic = await traffic.StopAsync();
        CommandLines = await commandLines.StopAsync();
        string[] key = [.. (await File.ReadAllLinesAsync(Server.Key, cancellationToken)).Where(line => !line.StartsWith('-'))];
        Secrets = [.. TargetUnderTest.Secrets(lab), .. key];
        var canaries = new Canaries();
        foreach (var (place, line) in key.Index()) canaries.Know($"line {place}", line);
        // What says whose the lab is has the variables of its runners.
        FilesWithTheKey = [.. canaries.InFiles(lab.Folder).Where(found => !found.StartsWith("owner.json: ", StringComparison.Ordinal))];
    }

    /// <summary>Processes of connections to the server.</summary>
    private IReadOnlyList<Processes.Seen> Connections() =>
        [.. Processes.All().Where(process => process.CommandLine.Contains($"-p {Server.Port} ", StringComparison.Ordinal))];
}
