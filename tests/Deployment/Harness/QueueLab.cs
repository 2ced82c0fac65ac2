using Xunit;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>samples/Queue in a repository of its own, on ports of its own: a stack that knows nothing of the runner.</summary>
public sealed class QueueLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory(AbandonedLabs.Prefix).FullName;
    private readonly StackRepository _repository;
    private readonly Dictionary<string, string?> _variables;

    private QueueLab(bool local)
    {
        _repository = new(Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName);
        Project = $"queue-{Guid.NewGuid().ToString("N")[..8]}";
        _variables = new() { ["QUEUE_PROJECT"] = Project };
        foreach (var (name, image) in local
            ? new Dictionary<string, string>
            {
                ["PYTHON_IMAGE"] = "scripting:12", ["NODE_IMAGE"] = "scripting:12", ["SDK_IMAGE"] = "sdk:10.0",
                ["RUNTIME_IMAGE"] = "aspnet:10.0", ["CHAINBRIDGE_RUNTIME_IMAGE"] = "aspnet:10.0", ["POSTGRES_IMAGE"] = "postgres:15",
                ["REDIS_IMAGE"] = "redis:7",
            }
            : []) _variables[name] = $"chainbridge-local/{image}";
    }

    public string Project { get; }

    public Uri Desk { get; } = new($"http://127.0.0.1:{UnusedPort.Next()}");

    public static async Task<QueueLab> OpenAsync(CancellationToken cancellationToken)
    {
        var local = await HasAsync("chainbridge-local/scripting:12", cancellationToken);
        if (!local && !await HasAsync("python:3.11-slim", cancellationToken))
            Missing("the engine has neither python:3.11-slim nor chainbridge-local/scripting:12: eng/queue-images.sh makes the latter");
        var lab = new QueueLab(local);
        await Shell.RunAsync("/", cancellationToken, "cp", "-r", Path.Combine(Places.Root, "samples", "Queue") + "/.",
            lab._repository.Folder);
        await File.WriteAllTextAsync(Path.Combine(lab._repository.Folder, ".gitignore"), ".chainbridge/\n", cancellationToken);
        await lab._repository.BeginAsync(cancellationToken);
        await lab.ChangeAsync("chainbridge.yml", text => text.Replace("    target: compose",
            $"    target: compose\n    ports: {{ desk: {lab.Desk.Port}, board: {UnusedPort.Next()} }}", StringComparison.Ordinal)
            .Replace("gates:\n", "gates:\n  observe: { for: 1s }\n", StringComparison.Ordinal), cancellationToken);
        await AbandonedLabs.OwnAsync(lab._folder, lab._variables, cancellationToken);
        return lab;
    }

    public async Task<RunResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var run = RunnerRun.Start(_repository.Folder, _variables, [], ["--output", "json", .. arguments]);
        return await run.EndAsync(cancellationToken);
    }

    /// <summary>Commits a change of a file: the next release.</summary>
    public Task ChangeAsync(string file, Func<string, string> change, CancellationToken cancellationToken) =>
        _repository.ChangeAsync(file, change, cancellationToken);

    /// <summary>The output of a command in the container of an accessory.</summary>
    public async Task<string> InAsync(string accessory, CancellationToken cancellationToken, params string[] command) =>
        await Shell.RunAsync("/", cancellationToken, ["docker", "exec",
            (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--quiet", "--filter", $"name={Project}.*-base-{accessory}-1")),
            .. command]);

    /// <summary>Slots whose worker runs, asked of the engine.</summary>
    public async Task<IReadOnlyList<string>> WorkersAsync(CancellationToken cancellationToken) =>
        (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--filter", $"name={Project}.*-sorter-1", "--format", "{{.Names}}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Everything of the environment on the engine.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var list in new string[][] { ["ps", "--all"], ["network", "ls"], ["volume", "ls"] })
            left.AddRange((await Shell.RunAsync("/", cancellationToken, ["docker", .. list, "--quiet", "--filter", $"name={Project}"]))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return left;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        if ((await LeftoversAsync(deadline.Token)).Count > 0) await RunAsync(deadline.Token, "down", "--volumes");
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> HasAsync(string image, CancellationToken cancellationToken) =>
        (await Shell.TryAsync("/", cancellationToken, "docker", "image", "inspect", image)).ExitCode == 0;

    /// <summary>Skips the test where the images were never made, and fails it where the Docker half is required.</summary>
    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CHAINBRIDGE_REQUIRE_DOCKER") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
