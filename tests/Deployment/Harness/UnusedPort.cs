using System.Net;
using System.Net.Sockets;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Ports for public doors.</summary>
internal static class UnusedPort
{
    /// <summary>Below the range from which the system gives out ports by itself, so that no other program gets it by chance.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
