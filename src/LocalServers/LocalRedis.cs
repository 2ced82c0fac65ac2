using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ChainBridge.Machine;

namespace ChainBridge.LocalServers;

/// <summary>A real Redis for one run: nothing is saved, listening on loopback only.</summary>
public sealed class LocalRedis : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);

    private readonly OwnedProcess _process;

    private LocalRedis(OwnedProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>Always loopback.</summary>
    public string Host => "127.0.0.1";

    /// <summary>The port our own server answered on.</summary>
    public int Port { get; }

    /// <summary>How the server ended, with its last output; null while it runs.</summary>
    public string? Failure => _process.Ended ? _process.LastOutput : null;

    /// <summary>Starts a server with this many numbered databases.</summary>
    /// <exception cref="ServerNotFoundException">Redis is not installed.</exception>
    /// <exception cref="ServerStartException">It ended early or did not answer within 15 s.</exception>
    public static async Task<LocalRedis> StartAsync(int databases, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = ServerPrograms.RedisServer();
        for (var attempt = 1; ; attempt++)
        {
            var folder = ScratchFolder.Name("redis");
            var port = FreePort.Next();
            var process = OwnedProcess.Start(folder,
            [
                program, "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--databases", databases.ToString(CultureInfo.InvariantCulture), "--dir", folder, "--daemonize", "no",
                "--loglevel", "warning",
            ]);
            try
            {
                await ReadyAsync(process, port, folder, time, cancellationToken);
                return new(process, port);
            }
            catch (ServerStartException failure) when (attempt < 5 && failure.Message.Contains("bind", StringComparison.OrdinalIgnoreCase))
            {
                await process.DisposeAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Ready when it answers and names our folder: a stranger's Redis on the port would name another one.</summary>
    private static async Task ReadyAsync(
        OwnedProcess process, int port, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (process.Ended) throw new ServerStartException($"Redis did not start: {process.LastOutput}");
            if ((await AskAsync(port, "CONFIG GET dir\r\n", cancellationToken)).Contains(folder, StringComparison.Ordinal)) return;
            if (time.GetElapsedTime(began) > StartTimeout)
                throw new ServerStartException($"Redis did not answer within {StartTimeout.TotalSeconds} s: {process.LastOutput}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), time, cancellationToken);
        }
    }

    private static async Task<string> AskAsync(int port, string command, CancellationToken cancellationToken)
    {
        using var answerBy = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        answerBy.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, answerBy.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command), answerBy.Token);
            var buffer = new byte[4096];
            return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, answerBy.Token));
        }
        catch (Exception notYet)
            when (notYet is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }
}
