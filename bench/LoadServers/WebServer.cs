using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChainBridge.LocalServers;
using ChainBridge.Machine;

namespace ChainBridge.Bench.LoadServers;

/// <summary>A server of another project with a "hello" in it. It ends with this process, and its folder goes with it.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Again = TimeSpan.FromMilliseconds(10);
    private readonly OwnedProcess _process;

    private WebServer(OwnedProcess process, IReadOnlyList<Door> doors) => (_process, Doors) = (process, doors);

    public IReadOnlyList<Door> Doors { get; }

    /// <summary>nginx of Debian, one worker.</summary>
    public static async Task<WebServer> NginxAsync(string root, CancellationToken cancellationToken)
    {
        var name = await Programs.VersionAsync("nginx", ["-v"], cancellationToken);
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var settings = await File.ReadAllTextAsync(Path.Combine(Programs.Folder(root), "nginx.conf"), cancellationToken);
        for (var i = 0; i < ports.Length; i++)
            settings = settings.Replace($"PORT{i + 1}", FormattableString.Invariant($"{ports[i]}"), StringComparison.Ordinal);
        const string Start = $"""
            umask 077 && printf '%s' "${Certificates.Certificate}" >certificate.pem && printf '%s' "${Certificates.Key}" >key.pem &&
            printf '%s' "$1" >nginx.conf && exec nginx -p "$PWD" -c "$PWD/nginx.conf" -e stderr
            """;
        // QUIT would wait for its connections; TERM ends the worker with the master.
        var process = OwnedProcess.Start(Folder("nginx"), ["/bin/sh", "-c", Start, "sh", settings], Certificates.Variables(),
            signal: "TERM");
        return await ReadyAsync(process, cancellationToken, async stop =>
        {
            foreach (var port in ports) await AnswersAsync(process, port, stop);
            return [.. ports.Select((port, i) =>
                new Door(name, (Speech)i, new(FormattableString.Invariant($"{(i == 0 ? "http" : "https")}://127.0.0.1:{port}/"))))];
        });
    }

    /// <summary>Node's http, https and http2.</summary>
    public static async Task<WebServer> NodeAsync(string root, CancellationToken cancellationToken) => await SaysAsync(
        "Node " + await Programs.VersionAsync("node", ["--version"], cancellationToken), 3, Certificates.Variables(), cancellationToken,
        "node", Path.Combine(Programs.Folder(root), "hello.js"));

    /// <summary>Kestrel, as ASP.NET Core sets it up.</summary>
    public static Task<WebServer> KestrelAsync(CancellationToken cancellationToken) =>
        SaysAsync($"Kestrel {Environment.Version}", 3, null, cancellationToken, Environment.ProcessPath!, "child", KestrelChild.Name);

    /// <summary>uvicorn of Debian, with httptools and uvloop.</summary>
    public static async Task<WebServer> UvicornAsync(string root, CancellationToken cancellationToken) => await SaysAsync(
        await Programs.VersionAsync(Programs.Python, ["-m", "uvicorn", "--version"], cancellationToken), 1, null, cancellationToken,
        Programs.Python, "-B", "-m", "uvicorn", "hello:app", "--app-dir", Programs.Folder(root), "--port", "0", "--no-access-log");

    /// <summary>Python's http.server: HTTP/1.0, a thread and a connection for each request.</summary>
    public static async Task<WebServer> PythonAsync(CancellationToken cancellationToken)
    {
        var name = await Programs.VersionAsync(Programs.Python, ["--version"], cancellationToken);
        // It logs each request, and a pipe that is not read would fill.
        var server = await SaysAsync($"{name} http.server", 1, null, cancellationToken,
            "/bin/sh", "-c", $"exec {Programs.Python} -u -m http.server 0 --bind 127.0.0.1 2>/dev/null");
        return new(server._process, [.. server.Doors.Select(door => door with { Speech = Speech.Http10, Rates = [300] })]);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>A server that chooses its ports and says so: the address, and before it how it is spoken with.</summary>
    private static async Task<WebServer> SaysAsync(
        string name, int doors, Dictionary<string, string?>? variables, CancellationToken cancellationToken, params string[] command)
    {
        var (found, all) = (new List<Door>(), new TaskCompletionSource<IReadOnlyList<Door>>());
        var process = OwnedProcess.Start(Folder("hello"), command, variables, line =>
        {
            if (Address().Match(line) is not { Success: true } match) return;
            found.Add(new(name, Enum.TryParse<Speech>(match.Groups["speech"].Value, out var speech) ? speech : Speech.Http11,
                new(match.Groups["address"].Value + "/")));
            if (found.Count == doors) all.TrySetResult(found);
        });
        return await ReadyAsync(process, cancellationToken, async stop =>
        {
            var ended = process.ExitAsync(stop);
            return await Task.WhenAny(all.Task, ended) == all.Task ? await all.Task
                : throw new InvalidOperationException($"{name} did not start: {process.LastOutput}");
        });
    }

    private static async Task<WebServer> ReadyAsync(
        OwnedProcess process, CancellationToken cancellationToken, Func<CancellationToken, Task<IReadOnlyList<Door>>> doors)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            return new(process, await doors(deadline.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var words = process.LastOutput;
            await process.DisposeAsync();
            throw new InvalidOperationException($"a server did not start within {Patience.TotalSeconds} s: {words}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A name; the folder is made with the server, and goes with it.</summary>
    private static string Folder(string kind) => Path.Combine(Path.GetTempPath(), $"bench-{kind}-{Guid.NewGuid():N}");

    private static async Task AnswersAsync(OwnedProcess process, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (process.Ended) throw new InvalidOperationException($"a server did not start: {process.LastOutput}");
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

    [GeneratedRegex(@"(?<speech>Http11|Tls|Http2)?\s\(?(?<address>https?://127\.0\.0\.1:\d+)")]
    private static partial Regex Address();
}
