using ChainBridge.Bench.LoadServers;

namespace ChainBridge.Bench.Release;

/// <summary>The stack of three services in a repository of its own, and the runner that deploys it to the lab.</summary>
internal sealed class LabStack(string root, LabHost host)
{
    private readonly string _runner = Path.Combine(root, "src/DeployRunner/bin/Release/net10.0/deployrunner.dll");
    private readonly string _native = Path.Combine(root, ".chainbridge/bench/native/deployrunner");
    private readonly string _repository = Path.Combine(host.Folder, "repository");
    private int _number;

    /// <summary>The environments on the host, the first of them the one that most is measured with.</summary>
    public static IReadOnlyList<string> Environments { get; } = ["near", "far", "rolling", "canary"];

    /// <summary>The public door of an environment, on the host's own network.</summary>
    public static Uri Door(string environment) => new($"http://127.0.0.1:{18700 + (2 * Environments.ToList().IndexOf(environment))}/");

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_repository);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "eng/lab/stack")))
            File.Copy(file, Path.Combine(_repository, Path.GetFileName(file)));
        await GitAsync(cancellationToken, "init", "-q", "-b", "main");
    }

    /// <summary>Commits a change of the services, which makes the next release.</summary>
    /// <param name="broken">Its public door answers wrongly.</param>
    public async Task ChangeAsync(bool broken, CancellationToken cancellationToken)
    {
        await File.AppendAllTextAsync(Path.Combine(_repository, "service.js"), $"// release {++_number}\n", cancellationToken);
        var sign = Path.Combine(_repository, "broken");
        if (broken) await File.WriteAllTextAsync(sign, "", cancellationToken);
        else File.Delete(sign);
        await GitAsync(cancellationToken, "add", "-A");
        await GitAsync(cancellationToken, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-q", "-m", $"{_number}");
    }

    /// <summary>How long a release is observed before it is promoted. 1 s; the runner's default is 10 s.</summary>
    public TimeSpan Observe { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Runs the runner that is compiled to native code.</summary>
    public Task<Flow> RunAsync(string environment, int expected, CancellationToken cancellationToken, params string[] verb) =>
        RunAsync(_native, [], environment, expected, verb, cancellationToken);

    /// <summary>Runs the runner for any machine, which is compiled while it runs.</summary>
    public Task<Flow> RunPortableAsync(string environment, int expected, CancellationToken cancellationToken, params string[] verb) =>
        RunAsync("dotnet", [_runner], environment, expected, verb, cancellationToken);

    private Task<Flow> RunAsync(string program, string[] first, string environment, int expected, string[] verb,
        CancellationToken cancellationToken) =>
        Flow.RunAsync(Child.Start(_repository, program, [.. first, "--environment", environment, "--output", "json", .. verb],
            ("LAB_SSH_CONFIG", host.SshConfig), ("OBSERVE", $"{Observe.TotalSeconds:0}s")), expected, cancellationToken);

    private Task GitAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Programs.RunAsync(Child.Start(_repository, "git", arguments), cancellationToken);
}
