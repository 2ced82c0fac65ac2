using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using ChainBridge.Tests.Deployment.Ssh;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Releases with a load agent among their services, which a command of the smoke gate gives its load to: a good one, the gate alone, one
/// whose page waits for a slow query, and one whose agent has another token.
/// </summary>
public sealed class LoadAgentStory : Story
{
    public const string Token = "a secret of agents";

    private const string Command = "run: [sh, gate.sh, \"${TINY_SMOKE:-fine}\", \"{results}\"]";
    private const string Agent = """
          agent:
            image: ${TINY_PROJECT}/agent
            dockerfile: Agent.Dockerfile
            port: 7070
            buildArgs:
              RUNTIME_IMAGE: ${CHAINBRIDGE_RUNTIME_IMAGE:-mcr.microsoft.com/dotnet/aspnet:10.0}
            run: [dotnet, published-agent/ChainBridge.TestKit.Load.Tool.dll, agent, --listen, "127.0.0.1:{port}"]
            include: [published-agent]
            environment:
              CHAINBRIDGE_LOAD_TOKEN: ${AGENT_TOKEN}

        """;

    private readonly LocalSshd _server = new();

    public RunResult Good { get; private set; } = null!;

    /// <summary>The gate alone, at the public door.</summary>
    public RunResult Smoke { get; private set; } = null!;

    public Attempted Slow { get; private set; } = null!;
    public Attempted OtherToken { get; private set; } = null!;

    /// <summary>What the load said, newest first.</summary>
    public IReadOnlyList<string> Told { get; private set; } = [];

    public override async Task RunAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await base.RunAsync(target, cancellationToken);
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<Lab> OpenAsync(string target, CancellationToken cancellationToken)
    {
        if (target != "ssh") return await base.OpenAsync(target, cancellationToken);
        await _server.InitializeAsync();
        return await Lab.OpenAsync(new SshUnderTest(_server), cancellationToken);
    }

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        (lab.Variables["AGENT_TOKEN"], lab.Variables["CHAINBRIDGE_LOAD_TOKEN"]) = (Token, Token);
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text
            .Replace("services:\n", $"services:\n{Agent}", StringComparison.Ordinal)
            .Replace(Command, $"run: [dotnet, {Places.LoadTool}, run, load-inside.yml, --agents, \"${{{{ services.agent.address }}}}\", "
                + "--target, \"${{ services.front.inside }}\", --quiet, --ctrf, \"{results}/load.json\"]",
                StringComparison.Ordinal), cancellationToken);
        await lab.Repository.ChangeAsync("docker-compose.yml",
            text => $"{text}  agent:\n    image: ${{AGENT_IMAGE:?the runner sets it, by digest}}\n    restart: unless-stopped\n",
            cancellationToken);
        await Shell.RunAsync("/", cancellationToken, "cp", "-r", Path.GetDirectoryName(Places.LoadTool)!,
            Path.Combine(lab.Repository.Folder, "published-agent"));

        Good = await lab.DeployAsync(cancellationToken);
        Smoke = await lab.RunAsync(cancellationToken, "smoke");
        Slow = await Attempted.DeployAsync(lab, "asks-slowly", null, cancellationToken);
        lab.Variables["CHAINBRIDGE_LOAD_TOKEN"] = "another secret";
        OtherToken = await Attempted.DeployAsync(lab, "fine", null, cancellationToken);
        Told = [.. Directory.GetFiles(lab.Folder, "command.log", SearchOption.AllDirectories)
            .OrderByDescending(File.GetLastWriteTimeUtc).Select(File.ReadAllText)];
    }
}
