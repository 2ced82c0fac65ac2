using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Three releases whose smoke gate makes a load on each and on the one that serves, in turn: a first, a good one, and one whose page
/// waits for a slow query.
/// </summary>
public sealed class LoadGateStory : Story
{
    private const string Command = "run: [sh, gate.sh, \"${TINY_SMOKE:-fine}\", \"{results}\"]";

    public RunResult First { get; private set; } = null!;
    public RunResult Good { get; private set; } = null!;
    public Attempted Slow { get; private set; } = null!;

    /// <summary>What the load said at the candidate's own address: of the first release, and of the good one.</summary>
    public IReadOnlyList<string> Told { get; private set; } = [];

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace(Command,
            $"run: [dotnet, {Places.LoadTool}, compare, load.yml, --rounds, \"1\", --quiet, --ctrf, \"{{results}}/load.json\"]",
            StringComparison.Ordinal), cancellationToken);
        First = await lab.DeployAsync(cancellationToken);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        Good = await lab.DeployAsync(cancellationToken);
        Told = [.. Directory.GetFiles(Path.Combine(lab.State, "results"), "command.log", SearchOption.AllDirectories)
            .Where(file => file.Contains("candidate", StringComparison.Ordinal)).OrderBy(File.GetLastWriteTimeUtc)
            .Select(File.ReadAllText)];
        Slow = await Attempted.DeployAsync(lab, "asks-slowly", null, cancellationToken);
        // As a run with limits against a baseline would leave it there.
        var kept = Directory.CreateDirectory(Path.Combine(lab.State, "load", "candidate", "page")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kept, "1.json"), "{}", cancellationToken);
    }
}
