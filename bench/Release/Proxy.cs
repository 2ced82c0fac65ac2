using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using ChainBridge.LocalServers;
using ChainBridge.Machine;

namespace ChainBridge.Bench.Release;

/// <summary>A proxy before a server, in a process of its own that ends with this one: the edge, or nginx of Debian.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Again = TimeSpan.FromMilliseconds(20);
    private readonly OwnedProcess _process;

    private Proxy(OwnedProcess process, int port) =>
        (_process, Address) = (process, new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/"));

    public Uri Address { get; }

    /// <summary>The edge as the runner starts it, with all traffic to this address.</summary>
    public static async Task<Proxy> EdgeAsync(string root, Uri target, CancellationToken cancellationToken)
    {
        var (open, admin, key) = (FreePort.Next(), FreePort.Next(), Guid.NewGuid().ToString("N"));
        var program = Path.Combine(root, "src/Edge/bin/Release/net10.0/ChainBridge.Edge.dll");
        var proxy = new Proxy(OwnedProcess.Start(Folder("edge"),
            ["dotnet", program, Local(open), Local(admin), "edge.json"], new Dictionary<string, string?> { ["CHAINBRIDGE_EDGE_KEY"] = key },
            signal: "TERM"), open);
        await proxy.AnswersAsync(open, cancellationToken);
        await proxy.AnswersAsync(admin, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(Local(admin)) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var placed = await client.PutAsJsonAsync("slots/blue", new { address = target, version = "1", token = 1 }, cancellationToken);
        placed.EnsureSuccessStatusCode();
        using var active = await client.PutAsJsonAsync("active", new { slot = "blue", token = 1 }, cancellationToken);
        active.EnsureSuccessStatusCode();
        return proxy;
    }

    /// <summary>nginx with as many workers as there are cores, and connections to the server that it keeps.</summary>
    public static async Task<Proxy> NginxAsync(string root, Uri target, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var settings = (await File.ReadAllTextAsync(Path.Combine(root, "bench/Release/nginx.conf"), cancellationToken))
            .Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("TARGET", target.Authority, StringComparison.Ordinal);
        const string Start = """printf '%s' "$1" >nginx.conf && exec nginx -p "$PWD" -c "$PWD/nginx.conf" -e stderr""";
        var proxy = new Proxy(OwnedProcess.Start(Folder("nginx"), ["/bin/sh", "-c", Start, "sh", settings], signal: "TERM"), port);
        await proxy.AnswersAsync(port, cancellationToken);
        return proxy;
    }

    /// <summary>What the process holds in memory now, in MB.</summary>
    public async Task<double> MegabytesAsync(CancellationToken cancellationToken)
    {
        var status = await File.ReadAllLinesAsync(
            Path.Combine("/proc", (await _process.ProcessIdAsync(cancellationToken)).ToString(CultureInfo.InvariantCulture), "status"),
            cancellationToken);
        var line = status.First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task AnswersAsync(int port, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_process.Ended || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                var words = _process.LastOutput;
                await _process.DisposeAsync();
                throw new InvalidOperationException($"a proxy did not take connections within {Patience.TotalSeconds} s: {words}");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Again, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static string Local(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";

    private static string Folder(string kind) => Path.Combine(Path.GetTempPath(), $"bench-{kind}-{Guid.NewGuid():N}");
}
