namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>Releases as compose projects of the Docker engine of this machine.</summary>
public sealed class ComposeUnderTest : TargetUnderTest
{
    private const string RuntimeName = "CHAINBRIDGE_RUNTIME_IMAGE";
    private const string Dead = "unix:///nonexistent/docker.sock";

    public override string Name => "compose";

    /// <summary>The images eng/images.sh made here, where it was run; the environment's variables go first.</summary>
    public override IReadOnlyDictionary<string, string?> Variables
    {
        get
        {
            var made = Path.Combine(Places.Root, ".chainbridge", "images.env");
            return !File.Exists(made)
                ? new Dictionary<string, string?>()
                : File.ReadAllLines(made).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
                    .ToDictionary(pair => pair[0], string? (pair) => Environment.GetEnvironmentVariable(pair[0]) ?? pair[1]);
        }
    }

    private string Runtime => Environment.GetEnvironmentVariable(RuntimeName) ?? Variables.GetValueOrDefault(RuntimeName)
        ?? "mcr.microsoft.com/dotnet/aspnet:10.0";

    protected override async Task<string?> UnavailableAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var question in new[] { "version", "compose version", "buildx version" })
                if (await Shell.TryAsync("/", cancellationToken,
                [
                    "timeout", "180", "docker", .. question.Split(' ')
                ]) is { ExitCode: not 0 } silent)
                    return $"'docker {question}' ended with {silent.ExitCode} ({silent.StandardError.Trim()}); "
                        + "sudo eng/docker-engine.sh installs and starts an engine on Debian";
            return (await Shell.TryAsync("/", cancellationToken, "docker", "image", "inspect", Runtime)).ExitCode == 0
                ? null
                : $"the engine lacks the image {Runtime}: docker pull it, or make it where no registry answers with eng/images.sh";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"docker could not be started ({missing.Message}); sudo eng/docker-engine.sh installs and starts an engine on Debian";
        }
    }

    /// <summary>The edge's image copies what is published; so do those of the services.</summary>
    public override async Task MakeBuildableAsync(Lab lab, CancellationToken cancellationToken)
    {
        var edge = Path.Combine(lab.Repository.Folder, "published-edge");
        if (!Directory.Exists(edge))
            await Shell.RunAsync("/", cancellationToken, "cp", "-r", Path.Combine(Path.GetDirectoryName(Places.Runner)!, "edge"), edge);
        await base.MakeBuildableAsync(lab, cancellationToken);
    }

    /// <summary>By the label that was built into the image, not by one the runner gave the container.</summary>
    public override async Task<IReadOnlyList<string>> ServicesAsync(Lab lab, CancellationToken cancellationToken) =>
        [
            .. (await DockerAsync(cancellationToken, "ps", "--filter", $"name={Project(lab)}", "--format",
                "{{.Label \"org.opencontainers.image.version\"}}/{{.Label \"com.docker.compose.service\"}}"))
                .Where(service => service.EndsWith("/front", StringComparison.Ordinal)
                    || service.EndsWith("/back", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public override async Task<IReadOnlyList<string>> LeftoversAsync(Lab lab, CancellationToken cancellationToken)
    {
        List<string> left =
        [
            .. await DockerAsync(cancellationToken, "ps", "--all", "--filter", $"name={Project(lab)}", "--format",
                "container {{.Names}}: {{.Status}}"),
            .. await DockerAsync(cancellationToken, "network", "ls", "--filter", $"name={Project(lab)}", "--format", "network {{.Name}}"),
            .. await DockerAsync(cancellationToken, "volume", "ls", "--filter", $"name={Project(lab)}", "--format", "volume {{.Name}}"),
            .. await DockerAsync(cancellationToken, "image", "ls", "--filter", $"reference={Project(lab)}/*", "--format",
                "image {{.Repository}}:{{.Tag}}"),
        ];
        if (Directory.Exists(lab.State)) left.AddRange(Directory.GetFileSystemEntries(lab.State, "*", SearchOption.AllDirectories));
        return left;
    }

    /// <summary>Beside the state, what the engine has with the label of environments.</summary>
    public override async Task<Dictionary<string, int>> CountAsync(Lab lab, CancellationToken cancellationToken)
    {
        var counts = await base.CountAsync(lab, cancellationToken);
        string[] labelled = ["--filter", "label=chainbridge.environment", "--filter"];
        foreach (var (kind, list) in new[] { ("containers", "ps --all"), ("networks", "network ls"), ("volumes", "volume ls") })
            counts[kind] = (await DockerAsync(cancellationToken,
                [.. list.Split(' '), "--quiet", .. labelled, $"name={Project(lab)}-staging-"])).Length;
        counts["images"] = (await DockerAsync(cancellationToken,
            ["image", "ls", "--quiet", "--no-trunc", .. labelled, $"reference={Project(lab)}/*"])).Distinct().Count();
        return counts;
    }

    /// <summary>An image cannot change under its id; it can only be gone.</summary>
    public override async Task TamperAsync(Lab lab, string version, string service, CancellationToken cancellationToken) =>
        await DockerAsync(cancellationToken, "image", "rm", "--force", (await DockerAsync(cancellationToken, "image", "inspect", "--format",
            "{{.Id}}", $"{Project(lab)}/{service}:{version}")).Single());

    public override RunnerRun StartUnreachable(Lab lab, params string[] arguments) =>
        lab.Start(new Dictionary<string, string?>(lab.Variables) { ["DOCKER_HOST"] = Dead }, [], arguments);

    public override async Task<bool> MigratesAsync(Lab lab, CancellationToken cancellationToken) =>
        (await DockerAsync(cancellationToken, "ps", "--no-trunc", "--filter", $"name={Project(lab)}-.*-once-", "--format", "{{.Command}}"))
            .Any(command => command.Contains("migrate up", StringComparison.Ordinal));

    private static string Project(Lab lab) => lab.Variables["TINY_PROJECT"]!;

    private static async Task<string[]> DockerAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await Shell.RunAsync("/", cancellationToken, ["docker", .. arguments])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
