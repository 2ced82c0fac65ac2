using System.Net;
using ChainBridge.Machine;
using ChainBridge.Tests.Deployment.Harness.Targets;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// One environment of one scenario: a repository, a state directory and a public door of its own. Whatever happens, it
/// is taken down at the end.
/// </summary>
public sealed class Lab : IAsyncDisposable
{
    private readonly string _folder;
    private readonly List<RunResult> _runs = [];
    private readonly int _port = UnusedPort.Next();
    private readonly int _inside = UnusedPort.Next();

    private Lab(TargetUnderTest target)
    {
        Target = target;
        _folder = Directory.CreateTempSubdirectory(AbandonedLabs.Prefix).FullName;
        Repository = new StackRepository(Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName);
        Variables = new Dictionary<string, string?>(CompilerServer.Variables)
        {
            ["TINY_PROJECT"] = $"tiny-{Guid.NewGuid().ToString("N")[..8]}", ["TINY_TARGET"] = target.Name,
            ["TINY_STATE"] = Path.Combine(_folder, "state"), ["TINY_PORT"] = $"{_port}", ["TINY_INSIDE"] = $"{_inside}",
            ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_TieredPGO"] = "0",
        };
        foreach (var (name, value) in target.Variables) Variables[name] = value;
    }

    public TargetUnderTest Target { get; }

    public StackRepository Repository { get; }

    /// <summary>What every runner of this scenario gets in its environment.</summary>
    public Dictionary<string, string?> Variables { get; }

    /// <summary>All of it: the repository, the state, and what a scenario adds.</summary>
    public string Folder => _folder;

    public string State => Path.Combine(_folder, "state", "staging");

    public Uri Door => new($"http://127.0.0.1:{_port}");

    /// <summary>A second door, of scenarios whose manifest has one.</summary>
    public Uri Inside => new($"http://127.0.0.1:{_inside}");

    /// <summary>Every run of a runner so far that came to its end.</summary>
    public IReadOnlyList<RunResult> Runs => _runs;

    /// <summary>Places outside the state directory that a target was seen to use.</summary>
    public HashSet<string> Remembered { get; } = [];

    public static Task<Lab> OpenAsync(string target, CancellationToken cancellationToken) =>
        OpenAsync(TargetsUnderTest.Named(target), cancellationToken);

    public static async Task<Lab> OpenAsync(TargetUnderTest kind, CancellationToken cancellationToken)
    {
        // A runner that inherits our deafness could not be interrupted.
        Interrupts.Restore();
        await kind.RequireAsync(cancellationToken);
        var lab = new Lab(kind);
        await lab.Repository.CreateAsync(cancellationToken);
        await kind.PrepareAsync(lab, cancellationToken);
        await AbandonedLabs.OwnAsync(lab._folder, lab.Variables, cancellationToken);
        return lab;
    }

    public RunnerRun Start(IReadOnlyDictionary<string, string?> variables, IReadOnlyList<string> before, params string[] arguments) =>
        RunnerRun.Start(Repository.Folder, variables, before, ["--environment", "staging", "--output", "json", .. arguments]);

    public RunnerRun Start(params string[] arguments) => Start(Variables, [], arguments);

    /// <summary>Runs a verb to its end.</summary>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var run = Start(arguments);
        return await EndAsync(run, cancellationToken);
    }

    /// <summary>The same with variables of its own.</summary>
    public async Task<RunResult> RunWithAsync(string name, string value, CancellationToken cancellationToken, params string[] arguments)
    {
        using var run = Start(new Dictionary<string, string?>(Variables) { [name] = value }, [], arguments);
        return await EndAsync(run, cancellationToken);
    }

    /// <summary>Builds and deploys what the repository holds now.</summary>
    public async Task<RunResult> DeployAsync(CancellationToken cancellationToken, params string[] options)
    {
        using var run = await StartDeployAsync(cancellationToken, options);
        return await EndAsync(run, cancellationToken);
    }

    public async Task<RunnerRun> StartDeployAsync(CancellationToken cancellationToken, params string[] options)
    {
        await Target.MakeBuildableAsync(this, cancellationToken);
        return Start(["deploy", .. options]);
    }

    public async Task<RunResult> EndAsync(RunnerRun run, CancellationToken cancellationToken)
    {
        var result = await run.EndAsync(cancellationToken);
        lock (_runs) _runs.Add(result);
        return result;
    }

    /// <summary>
    /// From now on the gate of the public door holds every run until <see cref="HeldDoor.GoOn"/>, or its own deadline is over.
    /// </summary>
    public HeldDoor HoldAtTheDoor() => Hold("told-at-the-door");

    /// <summary>The same for the gate of the candidate, before it has traffic.</summary>
    public HeldDoor HoldBeforeTheDoor() => Hold("told-before-the-door");

    private HeldDoor Hold(string how) => new(this, how, Path.Combine(_folder, $"told-{Guid.NewGuid():N}"));

    /// <summary>See <see cref="HoldAtTheDoor"/>; ends with this.</summary>
    public sealed class HeldDoor : IDisposable
    {
        private readonly Lab _lab;
        private readonly string _goOn;

        internal HeldDoor(Lab lab, string how, string goOn)
        {
            (_lab, _goOn) = (lab, goOn);
            (lab.Variables["TINY_SMOKE"], lab.Variables["TINY_TOLD"]) = (how, goOn);
        }

        public void GoOn() => File.WriteAllText(_goOn, "");

        public void Dispose()
        {
            foreach (var name in new[] { "TINY_SMOKE", "TINY_TOLD" }) _lab.Variables.Remove(name);
        }
    }

    /// <summary>What the public door answers; null when no server answers there.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Door, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var answer = await client.GetAsync(path, cancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>
    /// Every file of the state with its content's length and time: two equal ones prove that nothing was changed between.
    /// </summary>
    public IReadOnlyList<string> Snapshot() =>
        !Directory.Exists(State) ? [] : [.. new DirectoryInfo(State).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.FullName.Contains("/logs/", StringComparison.Ordinal))
            .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];

    /// <summary>Takes the environment down, data and all, and answers what is left of it.</summary>
    public async Task<(RunResult Down, IReadOnlyList<string> Leftovers)> DownAsync(CancellationToken cancellationToken)
    {
        await Target.LeftoversAsync(this, cancellationToken);
        var down = await RunAsync(cancellationToken, "down", "--volumes");
        return (down, await Target.LeftoversAsync(this, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        if ((await Target.LeftoversAsync(this, deadline.Token)).Count > 0) await RunAsync(deadline.Token, "down", "--volumes");
        Directory.Delete(_folder, recursive: true);
    }
}
