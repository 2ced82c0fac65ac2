using System.Text.Json;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A deployment that fails while everything around it prints what it has: the candidate and a hook their environment, as it is, encoded for
/// an address, and in Base64. Once with JSON and once with text.
/// </summary>
public sealed class LeakStory : Story
{
    private static readonly string[] GivenIn = ["given/", "source/pin.txt", "source/.git/"];

    public Canaries Canaries { get; } = new();
    public RunResult Good { get; private set; } = null!;
    public RunResult Json { get; private set; } = null!;
    public RunResult Text { get; private set; } = null!;

    /// <summary>Secrets found in what the runners printed, in names and contents of files, and in command lines.</summary>
    public IReadOnlyList<string> Printed { get; private set; } = [];
    public IReadOnlyList<string> Files { get; private set; } = [];
    public IReadOnlyList<string> CommandLines { get; private set; } = [];

    /// <summary>Secrets found in containers and images: <c>CONTAINER env: NAME</c>; empty without an engine.</summary>
    public IReadOnlyList<string> Containers { get; private set; } = [];

    /// <summary>Files with secrets that others than their owner may read.</summary>
    public IReadOnlyList<string> Open { get; private set; } = [];

    /// <summary>Whether the log of a command shows where secrets were.</summary>
    public bool Masked { get; private set; }

    /// <summary>What is found after a secret was written into a log on purpose.</summary>
    public IReadOnlyList<string> Planted { get; private set; } = [];

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        await GiveAsync(lab, cancellationToken);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        await using var commandLines = new CommandLines();
        Good = await lab.DeployAsync(cancellationToken);
        Good.ShouldEndWith(0);
        foreach (var made in Directory.GetFiles(Path.Combine(lab.State, "secrets")))
            Canaries.Know($"generated {Path.GetFileName(made)}", (await File.ReadAllTextAsync(made, cancellationToken)).Trim());
        await lab.Repository.ReleaseAsync("tells-all", cancellationToken);
        Json = await lab.DeployAsync(cancellationToken);
        using (var text = RunnerRun.Start(lab.Repository.Folder, lab.Variables, [], "--environment", "staging", "deploy"))
            Text = await lab.EndAsync(text, cancellationToken);
        Printed = [.. new[] { Good, Json, Text }.SelectMany(run => Canaries.In($"{string.Join('\n', run.Output)}\n{run.Errors}")
            .Select(name => $"{run.Command}: {name}"))];
        CommandLines = [.. (await commandLines.StopAsync()).SelectMany(line => Canaries.In(line).Select(name => $"{line}: {name}"))];
        Containers = await InContainersAsync(lab, cancellationToken);
        Masked = Directory.GetFiles(Path.Combine(lab.State, "results"), "command.log", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains("SHOP_API_KEY=***", StringComparison.Ordinal));
        Files = InFiles(lab);
        Open = [.. Files.Select(found => Path.Combine(lab.Folder, found[..found.LastIndexOf(':')]))
            .Where(path => (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)];
        var log = Directory.CreateDirectory(Path.Combine(lab.State, "results", "planted")).FullName;
        await File.WriteAllTextAsync(Path.Combine(log, "command.log"),
            Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"user:{lab.Variables["SHOP_API_KEY"]}")), cancellationToken);
        Planted = [.. InFiles(lab).Except(Files)];
    }

    /// <summary>Gives the runner a secret by every way there is.</summary>
    private async Task GiveAsync(Lab lab, CancellationToken cancellationToken)
    {
        var given = Directory.CreateDirectory(Path.Combine(lab.Folder, "given")).FullName;
        await File.WriteAllTextAsync(lab.Variables["VAULT"] = Path.Combine(given, "vault"), Canaries.Make("LEDGER_PASSWORD") + "\n",
            cancellationToken);
        await File.WriteAllTextAsync(lab.Variables["GHCR_PAT_FILE"] = Path.Combine(given, "pat"), Canaries.Make("GHCR_PAT") + "\n",
            cancellationToken);
        var key = Canaries.Make("STAGING_SSH_KEY", "b3Blbn", "AAAA");
        lab.Variables["STAGING_SSH_KEY"] = $"-----BEGIN OPENSSH PRIVATE KEY-----\n{key}\n-----END OPENSSH PRIVATE KEY-----\n";
        lab.Variables["SHOP_API_KEY"] = Canaries.Make("SHOP_API_KEY");
        lab.Variables["HOOK_SECRET"] = Canaries.Make("HOOK_SECRET");
        lab.Variables["SMTP_PASSWORD"] = Canaries.Make("SMTP_PASSWORD");
        lab.Variables["CHAT_ADDRESS"] = $"http://127.0.0.1:9/services/{Canaries.Make("CHAT_ADDRESS", "T0", "X")}";
        lab.Variables["TMPDIR"] = Directory.CreateDirectory(Path.Combine(lab.Folder, "temporary")).FullName;
        var repository = lab.Repository;
        await File.WriteAllTextAsync(Path.Combine(repository.Folder, "pin.txt"), Canaries.Make("pin of the compose file"),
            cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(repository.Folder, "tell.sh"), "env; env | base64 -w0; echo\n", cancellationToken);
        await repository.ChangeAsync("docker-compose.yml", text => text.Replace("    restart: unless-stopped\n  front:",
            "    restart: unless-stopped\n    secrets: [pin]\n  front:", StringComparison.Ordinal)
            + "secrets:\n  pin: { file: ./pin.txt }\n", cancellationToken);
        await repository.ChangeAsync("chainbridge.yml", text => text
            .Replace("      Role: back\n", "      Role: back\n      Ledger__Key: ${LEDGER_PASSWORD}\n"
                + "      Ledger__Url: http://u:${LEDGER_PASSWORD}@x\n", StringComparison.Ordinal)
            .Replace("      Role: front\n", "      Role: front\n      Shop__ApiKey: ${SHOP_API_KEY}\n", StringComparison.Ordinal)
            + """

            secrets: { LEDGER_PASSWORD: { from: [sh, -c, "cat $VAULT"] } }
            hooks: [ { name: tell, before: start, run: [sh, tell.sh] } ]
            notify:
              - { webhook: "http://127.0.0.1:9/hook", secret: HOOK_SECRET }
              - { slack: CHAT_ADDRESS }
              - { mail: { to: [a@example.org], from: b@example.org, server: "smtp://ci@127.0.0.1:9", password: SMTP_PASSWORD } }

            """, cancellationToken);
    }

    /// <summary>All that runners wrote; what they were given by the scenario, and what is to be built, is not theirs.</summary>
    private List<string> InFiles(Lab lab) => [.. Canaries.InFiles(lab.Folder)
        .Where(found => !GivenIn.Any(place => found.StartsWith(place, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> InContainersAsync(Lab lab, CancellationToken cancellationToken)
    {
        if (lab.Target.Name != "compose") return [];
        var found = new List<string>();
        var project = lab.Variables["TINY_PROJECT"]!;
        foreach (var id in await LinesAsync("ps", "--all", "--quiet", "--filter", $"name={project}"))
        {
            var container = JsonDocument.Parse(await Shell.RunAsync("/", cancellationToken, "docker", "inspect", id)).RootElement[0];
            var name = container.GetProperty("Name").GetString()!.Split(project)[^1];
            var settings = container.GetProperty("Config").GetProperty("Env").GetRawText();
            found.AddRange(Canaries.In(settings).Select(canary => $"{name} env: {canary}"));
            found.AddRange(Canaries.In(container.GetRawText().Replace(settings, "", StringComparison.Ordinal)).Select(canary =>
                $"{name}: {canary}"));
        }

        foreach (var image in await LinesAsync("image", "ls", "--quiet", "--filter", $"reference={project}/*"))
            found.AddRange(Canaries.In(await Shell.RunAsync("/", cancellationToken, "docker", "image", "inspect", image)
                + await Shell.RunAsync("/", cancellationToken, "docker", "history", "--no-trunc", image))
                .Select(name => $"image {image}: {name}"));
        return [.. found.Order(StringComparer.Ordinal)];

        async Task<string[]> LinesAsync(params string[] arguments) =>
            (await Shell.RunAsync("/", cancellationToken, ["docker", .. arguments])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
