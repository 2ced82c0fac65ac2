using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>Two good releases, one after the other, with users at the door; then a third, while a second runner tries the same.</summary>
public sealed class PromotionStory : Story
{
    public RunResult Planned { get; private set; } = null!;
    public IReadOnlyList<string> AfterFirstPlan { get; private set; } = [];
    public RunResult StatusBefore { get; private set; } = null!;
    public RunResult First { get; private set; } = null!;
    public (HttpStatusCode Status, string Body)? FirstPage { get; private set; }
    public RunResult Second { get; private set; } = null!;
    public IReadOnlyList<(HttpStatusCode Status, string Body)> InFlight { get; private set; } = [];
    public DateTimeOffset InFlightEnded { get; private set; }
    public TrafficReport Traffic { get; private set; } = null!;
    public IReadOnlyList<string> ServicesAfterSecond { get; private set; } = [];
    public RunResult PlannedAgain { get; private set; } = null!;
    public RunResult PlannedThird { get; private set; } = null!;
    public bool PlanChangedNothing { get; private set; }
    public RunResult Versions { get; private set; } = null!;
    public RunResult Status { get; private set; } = null!;
    public RunResult History { get; private set; } = null!;
    public RunResult Logs { get; private set; } = null!;
    public RunResult Third { get; private set; } = null!;
    public RunResult Rival { get; private set; } = null!;
    public IReadOnlyList<string> Secrets { get; private set; } = [];
    public IReadOnlyCollection<string> CommandLines { get; private set; } = [];
    public IReadOnlyList<(string Path, UnixFileMode Mode)> FilesWithSecrets { get; private set; } = [];

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await using var commandLines = new CommandLines();
        // Here the runner itself publishes, once a release; in all other stories it copies what was published once.
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace(
            "run: [dotnet, published/Tiny.dll]\n    include: [published]", "projectFile: Tiny/Tiny.csproj", StringComparison.Ordinal),
            cancellationToken);
        Planned = await lab.RunAsync(cancellationToken, "plan");
        AfterFirstPlan = [.. lab.Snapshot(), .. await lab.Target.LeftoversAsync(lab, cancellationToken)];
        StatusBefore = await lab.RunAsync(cancellationToken, "status");
        First = await lab.DeployAsync(cancellationToken);
        FirstPage = await lab.AskAsync("/", cancellationToken);

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        await using var traffic = new Traffic(lab.Door);
        using (var deploying = await lab.StartDeployAsync(cancellationToken))
        {
            await deploying.BeginsAsync("startSlot", cancellationToken);
            var end = new TaskCompletionSource();
            var inFlight = Enumerable.Range(0, 5).Select(_ => UploadAsync(lab, end.Task, cancellationToken)).ToList();
            await deploying.BeginsAsync("drain", cancellationToken);
            InFlightEnded = TimeProvider.System.GetUtcNow();
            end.SetResult();
            Second = await lab.EndAsync(deploying, cancellationToken);
            InFlight = await Task.WhenAll(inFlight);
        }

        ServicesAfterSecond = await lab.Target.ServicesAsync(lab, cancellationToken);
        await ReadAsync(lab, cancellationToken);

        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        PlannedThird = await lab.RunAsync(cancellationToken, "plan");
        using (var held = lab.HoldAtTheDoor())
        using (var deploying = await lab.StartDeployAsync(cancellationToken))
        {
            await deploying.BeginsAsync("smokePublic", cancellationToken);
            Rival = await lab.RunAsync(cancellationToken, "deploy");
            held.GoOn();
            Third = await lab.EndAsync(deploying, cancellationToken);
        }

        Traffic = await traffic.StopAsync();
        CommandLines = await commandLines.StopAsync();
        Secrets = TargetUnderTest.Secrets(lab);
        FilesWithSecrets = [.. Directory.EnumerateFiles(lab.State, "*", SearchOption.AllDirectories)
            // A lock is empty, and held by what runs.
            .Where(file => new FileInfo(file).Length > 0 && File.ReadAllText(file) is var text
                && Secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal)))
            .Select(file => (Path.GetRelativePath(lab.State, file), File.GetUnixFileMode(file)))];
    }

    private static async Task<(HttpStatusCode Status, string Body)> UploadAsync(Lab lab, Task end, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = lab.Door, Timeout = TimeSpan.FromSeconds(60) };
        using var body = new EndlessUpload(end);
        using var answer = await client.PostAsync("/slow", body, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task ReadAsync(Lab lab, CancellationToken cancellationToken)
    {
        var before = lab.Snapshot();
        PlannedAgain = await lab.RunAsync(cancellationToken, "plan");
        Versions = await lab.RunAsync(cancellationToken, "versions");
        Status = await lab.RunAsync(cancellationToken, "status");
        History = await lab.RunAsync(cancellationToken, "history");
        Logs = await lab.RunAsync(cancellationToken, "logs");
        PlanChangedNothing = before.SequenceEqual(lab.Snapshot());
    }
}
