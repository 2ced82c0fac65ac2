using System.Diagnostics;
using System.Globalization;
using ChainBridge.Bench.LoadServers;
using ChainBridge.LocalServers;
using ChainBridge.TestKit.Faults;

namespace ChainBridge.Bench.Release;

/// <summary>The host alpha of the lab: how ssh reaches it, at once and over a way of 50 ms, and its own network and engine.</summary>
internal sealed class LabHost : IAsyncDisposable
{
    private const string Container = "chainbridge-lab-alpha";
    private const int SshPort = 2201;
    private static readonly TimeSpan ThereAndBack = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(30);

    private readonly FaultProxy _far;
    private readonly string _process;
    private readonly OwnedProcess _forward;

    private LabHost(string folder, FaultProxy far, string process, OwnedProcess forward) =>
        (Folder, _far, _process, _forward) = (folder, far, process, forward);

    /// <summary>Made for this run, and removed with it.</summary>
    public string Folder { get; }

    /// <summary>For ssh: the hosts <c>alpha</c> and <c>alpha-far</c>.</summary>
    public string SshConfig => Path.Combine(Folder, "ssh_config");

    private string Engine => Path.Combine(Folder, "docker.sock");

    /// <exception cref="InvalidOperationException">The lab does not run.</exception>
    public static async Task<LabHost> OpenAsync(string root, CancellationToken cancellationToken)
    {
        var known = Path.Combine(root, ".chainbridge/lab/ssh_config");
        if (!File.Exists(known)) throw new InvalidOperationException("there is no lab: make lab");
        var (process, _) = await Programs.RunAsync(
            Child.Start(root, "docker", ["inspect", "--format", "{{.State.Pid}}", Container]), cancellationToken);
        var folder = Directory.CreateTempSubdirectory("bench-release-").FullName;
        var far = await FaultProxy.StartAsync("127.0.0.1", SshPort, cancellationToken);
        far.Add(new Latency(ThereAndBack / 2));
        far.Add(new Latency(ThereAndBack / 2), Direction.Upstream);
        var config = Path.Combine(folder, "ssh_config");
        var hosts = await File.ReadAllTextAsync(known, cancellationToken);
        await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $"""
            Host alpha-far
              HostName 127.0.0.1
              Port {far.EndPoint.Port}
              User deploy
              HostKeyAlias [127.0.0.1]:{SshPort}
            {hosts}
            """), cancellationToken);
        var forward = OwnedProcess.Start(null, ["ssh", "-F", config, "-N", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes",
            "-L", $"{Path.Combine(folder, "docker.sock")}:/var/run/docker.sock", "alpha"]);
        var host = new LabHost(folder, far, process.Trim(), forward);
        try
        {
            await host.EngineAnswersAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command of this machine in the host's network.</summary>
    public ProcessStartInfo Inside(string folder, string file, IEnumerable<string> arguments) =>
        Child.Start(folder, "nsenter", [$"--net=/proc/{_process}/ns/net", file, .. arguments]);

    /// <summary>What docker writes of a command to the host's engine.</summary>
    public async Task<string> DockerAsync(
        CancellationToken cancellationToken, IEnumerable<string> arguments, params (string Name, string Value)[] variables) =>
        (await Programs.RunAsync(
            Child.Start(Folder, "docker", ["-H", $"unix://{Engine}", .. arguments], variables), cancellationToken)).Output;

    public async ValueTask DisposeAsync()
    {
        await _forward.DisposeAsync();
        await _far.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task EngineAnswersAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (!File.Exists(Engine))
        {
            if (_forward.Ended || Stopwatch.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException(
                    $"ssh did not reach the lab's host within {Patience.TotalSeconds} s: {_forward.LastOutput}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        await DockerAsync(cancellationToken, ["version"]);
    }
}
