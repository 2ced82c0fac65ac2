using System.Globalization;
using System.Net.Sockets;
using ChainBridge.Machine;
using ChainBridge.TestKit.Providers;
using Garnet;

namespace ChainBridge.TestKit.Embedded;

/// <summary>Garnet in this process: nothing of it can outlive us.</summary>
internal sealed class GarnetRedis(GarnetServer server) : IAsyncDisposable
{
    /// <summary>Garnet makes one only when it is used.</summary>
    private const int Databases = 256;

    /// <summary>Starts one on a free port of loopback; a port that another process took first is answered with another one.</summary>
    public static RedisServer Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            try
            {
                var server = new GarnetServer(Options(port));
                server.Start();
                return new("127.0.0.1", port, Databases, new GarnetRedis(server));
            }
            catch (Exception taken) when (attempt < 5 && taken is SocketException)
            {
                // Beaten to the port.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Small: test data, in the process of the tests. Nothing is written to a disk.</summary>
    private static string[] Options(int port) =>
    [
        "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--max-databases",
        Databases.ToString(CultureInfo.InvariantCulture),
        "--memory", "16m", "--page", "1m", "--index", "1m", "--lua", "--logger-level", "None", "-q",
    ];
}
