using ChainBridge.DeployRunner.Manifest;
using ChainBridge.LocalServers;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>The edge as a process: started when it does not run, on the port the environment names.</summary>
internal sealed class EdgeServer(ProcessFiles files, EnvironmentSpec environment, TimeProvider time)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);

    public EdgeProcess? Known => files.Read<EdgeProcess>("edge-process");

    public async Task<EdgeProcess> EnsureAsync(CancellationToken cancellationToken)
    {
        if (Known is { Process.Running: true } running) return running;
        var port = environment.Port != 0 ? environment.Port : Known?.Public.Port ?? FreePort.Next();
        var door = new Uri($"http://127.0.0.1:{port}");
        var admin = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var program = Path.Combine(AppContext.BaseDirectory, "edge", "ChainBridge.Edge.dll");
        var process = DetachedProcess.Launch(["dotnet", program, $"{door}", $"{admin}", Path.Combine(files.State, "edge.json")], files.State, files.Log("edge"), new Dictionary<string, string>());
        var edge = new EdgeProcess(process, door, admin);
        files.Write("edge-process", edge);
        var began = time.GetTimestamp();
        using var client = new EdgeClient(admin);
        while (true)
        {
            try
            {
                await client.ActiveAsync(cancellationToken);
                return edge;
            }
            catch (RunnerException) when (process.Running && time.GetElapsedTime(began) < StartTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken);
            }
            catch (RunnerException away)
            {
                throw new RunnerException(ExitCode.TargetUnreachable, $"the edge did not start on {door}: {string.Join('\n', File.ReadLines(files.Log("edge")).TakeLast(5))}", "free the port, or choose another one in the manifest", away);
            }
        }
    }

    public async Task DownAsync(CancellationToken cancellationToken)
    {
        if (Known is { } edge) await edge.Process.StopAsync(TimeSpan.FromSeconds(10), time, cancellationToken);
        files.Remove("edge-process");
    }
}
