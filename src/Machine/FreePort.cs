using System.Net;
using System.Net.Sockets;

namespace ChainBridge.Machine;

/// <summary>
/// A port that was free a moment ago. Neither server can choose one by itself, so the code that starts a server must be
/// ready to be beaten to it and try another; see the callers.
/// </summary>
public static class FreePort
{
    /// <summary>A loopback TCP port.</summary>
    public static int Next()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
