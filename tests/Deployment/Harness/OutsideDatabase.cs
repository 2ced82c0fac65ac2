using ChainBridge.Tests.Deployment.Harness.Targets;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// A PostgreSQL beside all releases and hosts, as a team runs one for an environment on several hosts: a container of this engine, in a
/// network of its own, at a port of that network's gateway. A shell holds it, so that it ends with the test process, however that ends.
/// </summary>
public sealed class OutsideDatabase : IAsyncDisposable
{
    private const string Watchdog = """
        while read -r _; do :; done
        docker rm --force --volumes "$0" >/dev/null 2>&1
        docker network rm "$0" >/dev/null 2>&1
        """;

    private readonly string _name = $"outside-{Guid.NewGuid().ToString("N")[..8]}";
    private System.Diagnostics.Process? _watchdog;

    /// <summary>Where containers reach it.</summary>
    public string Host { get; private set; } = "";

    public int Port { get; } = UnusedPort.Next();

    public string Password { get; } = Guid.NewGuid().ToString("N");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _watchdog = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", Watchdog, _name])
        {
            RedirectStandardInput = true,
        });
        await Shell.RunAsync("/", cancellationToken, "docker", "network", "create", _name);
        Host = (await Shell.RunAsync("/", cancellationToken, "docker", "network", "inspect", _name, "--format",
            "{{range .IPAM.Config}}{{.Gateway}}{{end}}")).Trim();
        var image = Environment.GetEnvironmentVariable("CHAINBRIDGE_POSTGRES_IMAGE")
            ?? new ComposeUnderTest().Variables.GetValueOrDefault("CHAINBRIDGE_POSTGRES_IMAGE") ?? "postgres:15";
        await Shell.RunAsync("/", cancellationToken, "docker", "run", "--detach", "--name", _name, "--network", _name, "--publish",
            $"{Host}:{Port}:5432", "--env", $"POSTGRES_PASSWORD={Password}", image);
        await Until.TrueAsync("the outside database answers", TimeSpan.FromSeconds(60), async () => (await Shell.TryAsync("/",
            cancellationToken, "docker", "exec", _name, "pg_isready", "-U", "postgres", "-h", "127.0.0.1")).ExitCode == 0,
            cancellationToken);
    }

    /// <summary>What a statement answers.</summary>
    public Task<string> AskAsync(string sql, CancellationToken cancellationToken) =>
        Shell.RunAsync("/", cancellationToken, "docker", "exec", "--env", $"PGPASSWORD={Password}", _name, "psql", "-U", "postgres", "-h",
            "127.0.0.1", "-At", "-c", sql);

    public async ValueTask DisposeAsync()
    {
        if (_watchdog is null) return;
        _watchdog.StandardInput.Close();
        await _watchdog.WaitForExitAsync();
        _watchdog.Dispose();
    }
}
