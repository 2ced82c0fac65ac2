using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A compose file with all that teams put into one: deployed, changed and deployed again, rolled back, deployed with a
/// one-shot service that fails.
/// </summary>
public sealed class ComposeFileStory : Story
{
    private const string Compose = """
        x-front: &front
          restart: unless-stopped
          stop_grace_period: 30s
        services:
          back:
            image: ${BACK_IMAGE:?the runner sets it, by digest}
            restart: unless-stopped
            env_file: [settings.env]
            networks: [private, outside]
            volumes: [kept:/kept, own:/own, /anonymous]
            depends_on:
              seed: { condition: service_completed_successfully }
              cache: { condition: service_started }
          front:
            <<: *front
            extends: { file: common.yml, service: web }
            image: ${FRONT_IMAGE:?the runner sets it, by digest}
            configs: [ { source: page, target: /etc/page.txt } ]
          seed:
            image: ${TINY_PROJECT}/back
            user: root
            entrypoint: [bash, -c, "echo $$Role $$GREETING >> /kept/seeded && echo seed has $$GREETING && [ $$GREETING != three ]"]
            env_file: [settings.env]
            volumes: [kept:/kept]
          # What a developer has beside it; here it is an accessory.
          cache: { image: "redis:7", ports: ["6379:6379"] }
        networks:
          private: { driver: bridge }
          outside: { external: true, name: "${TINY_OUTSIDE}" }
        volumes:
          kept: {}
          own: {}
        configs:
          page: { file: ./page.txt }
        """;

    public Release A { get; private set; } = null!;
    public Release B { get; private set; } = null!;
    public Release Back { get; private set; } = null!;
    public RunResult Failed { get; private set; } = null!;
    public string RecordOfA { get; private set; } = "";
    public UnixFileMode ModeOfTheRecord { get; private set; }
    public IReadOnlyList<string> Labelled { get; private set; } = [];
    public IReadOnlyList<string> AfterDown { get; private set; } = [];
    public IReadOnlyList<string> Outside { get; private set; } = [];
    public IReadOnlyList<string> LabelledAfterwards { get; private set; } = [];

    /// <summary>What the containers of a release have: asked of them, not of a record.</summary>
    public sealed record Release(
        RunResult Run, string Settings, string Page, string Seeded, string Own, string Cache, IReadOnlyList<string> Networks);

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        var outside = $"outside-{Guid.NewGuid().ToString("N")[..8]}";
        lab.Variables["TINY_OUTSIDE"] = outside;
        await DockerAsync(cancellationToken, "network", "create", outside);
        try
        {
            await RunAsync(lab, outside, cancellationToken);
        }
        finally
        {
            await DockerAsync(CancellationToken.None, "network", "rm", outside);
        }
    }

    private async Task RunAsync(Lab lab, string outside, CancellationToken cancellationToken)
    {
        await WriteAsync(lab, "docker-compose.yml", Compose, cancellationToken);
        await WriteAsync(lab, "common.yml", "services:\n  web:\n    environment:\n      TIER: gold\n", cancellationToken);
        await lab.Repository.ChangeAsync("chainbridge.yml", text =>
            text.Replace("    readyTimeout:", "    slotVolumes: [own]\n    readyTimeout:", StringComparison.Ordinal), cancellationToken);
        A = await DeployAsync(lab, "one", "token-of-the-first-day", cancellationToken);
        var record = Path.Combine(lab.State, "releases", A.Run.Version, "release.json");
        (RecordOfA, ModeOfTheRecord) = (await File.ReadAllTextAsync(record, cancellationToken), File.GetUnixFileMode(record));

        await WriteAsync(lab, "docker-compose.yml", Compose.Replace("extends: { file: common.yml, service: web }",
            "environment: { TIER: silver }", StringComparison.Ordinal), cancellationToken);
        File.Delete(Path.Combine(lab.Repository.Folder, "common.yml"));
        B = await DeployAsync(lab, "two", "token-of-the-second-day", cancellationToken);
        File.Delete(Path.Combine(lab.Repository.Folder, "page.txt"));
        Back = await LookAsync(lab, await lab.RunAsync(cancellationToken, "rollback"), cancellationToken);

        await SettingsAsync(lab, "three", "token-of-the-second-day", cancellationToken);
        Failed = await lab.DeployAsync(cancellationToken);
        Labelled = await LabelledAsync(lab, cancellationToken);
        (await lab.RunAsync(cancellationToken, "down")).ShouldEndWith(0);
        AfterDown = await LabelledAsync(lab, cancellationToken);
        // Volumes as a runner that gave each slot its own has left them.
        var environment = await EnvironmentAsync(lab, cancellationToken);
        await DockerAsync(cancellationToken, "volume", "create", "--label", $"com.docker.compose.project={environment}-blue",
            $"{environment}-blue_kept");
        (await lab.RunAsync(cancellationToken, "down", "--volumes")).ShouldEndWith(0);
        LabelledAfterwards = await LabelledAsync(lab, cancellationToken);
        Outside = await DockerAsync(cancellationToken, "network", "ls", "--filter", $"name={outside}", "--format", "{{.Name}}");
    }

    private static async Task<Release> DeployAsync(Lab lab, string greeting, string token, CancellationToken cancellationToken)
    {
        await SettingsAsync(lab, greeting, token, cancellationToken);
        var run = await lab.DeployAsync(cancellationToken);
        run.ShouldEndWith(0);
        return await LookAsync(lab, run, cancellationToken);
    }

    private static async Task SettingsAsync(Lab lab, string greeting, string token, CancellationToken cancellationToken)
    {
        await WriteAsync(lab, "settings.env", $"GREETING={greeting}\nSHOP_TOKEN={token}\n", cancellationToken);
        await WriteAsync(lab, "page.txt", $"page {greeting} costs 5$\n", cancellationToken);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
    }

    private static async Task<Release> LookAsync(Lab lab, RunResult run, CancellationToken cancellationToken)
    {
        run.ShouldEndWith(0);
        var back = (await DockerAsync(cancellationToken, "ps", "--filter", $"name={lab.Variables["TINY_PROJECT"]}.*-back-1", "--format",
            "{{.Names}}")).Single();
        var own = await InAsync(back, "ls /own; echo $?", cancellationToken);
        await Shell.RunAsync("/", cancellationToken, "docker", "exec", "--user", "root", back, "touch", "/own/written");
        return new(run,
            await InAsync(back, "printenv GREETING SHOP_TOKEN", cancellationToken) + " "
                + await InAsync(back.Replace("-back-", "-front-", StringComparison.Ordinal), "printenv TIER", cancellationToken),
            await InAsync(back.Replace("-back-", "-front-", StringComparison.Ordinal), "cat /etc/page.txt", cancellationToken),
            await InAsync(back, "cat /kept/seeded", cancellationToken), own,
            await InAsync(back, "getent hosts cache; getent hosts front", cancellationToken),
            await DockerAsync(cancellationToken, "inspect", "--format",
                "{{range $name, $it := .NetworkSettings.Networks}}{{$name}}:{{$it.Aliases}}{{\"\\n\"}}{{end}}", back));
    }

    private static Task<string> InAsync(string container, string command, CancellationToken cancellationToken) =>
        Shell.RunAsync("/", cancellationToken, "docker", "exec", container, "bash", "-c", command);

    private static async Task<string> EnvironmentAsync(Lab lab, CancellationToken cancellationToken) =>
        (await DockerAsync(cancellationToken, "volume", "ls", "--filter", $"name={lab.Variables["TINY_PROJECT"]}", "--filter",
            "label=chainbridge.environment", "--format", "{{.Label \"chainbridge.environment\"}}")).First();

    /// <summary>Everything of the environment on the engine, by its labels.</summary>
    private static async Task<IReadOnlyList<string>> LabelledAsync(Lab lab, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var (kind, list) in new (string, string[])[]
        {
            ("container", ["ps", "--all"]), ("network", ["network", "ls"]), ("volume", ["volume", "ls"])
        })
            foreach (var label in new[] { "chainbridge.environment", "com.docker.compose.project" })
                found.AddRange((await DockerAsync(cancellationToken,
                [
                    .. list, "--filter", $"label={label}", "--format",
                    $"{kind} {{{{{(kind == "container" ? ".Names" : ".Name")}}}}} {{{{.Label \"{label}\"}}}}"
                ]))
                    .Where(line => line.Split(' ')[^1].StartsWith(lab.Variables["TINY_PROJECT"]!, StringComparison.Ordinal))
                    .Select(line => string.Join(' ', line.Split(' ')[..2])));
        return [.. found.Distinct().Order(StringComparer.Ordinal)];
    }

    private static Task WriteAsync(Lab lab, string file, string text, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(lab.Repository.Folder, file), text, cancellationToken);

    private static async Task<string[]> DockerAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await Shell.RunAsync("/", cancellationToken, ["docker", .. arguments])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
