using System.Net.NetworkInformation;

namespace ChainBridge.Engine.Traffic;

/// <summary>The port of the public door on this machine.</summary>
internal static class PublicPort
{
    /// <summary>Why the door cannot be opened on the port; null when it can. 0 is a free one.</summary>
    public static string? Obstacle(int port) =>
        port != 0 && IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port)
            ? $"port {port} of the public door is taken by another program (ss -ltnp sport = :{port} names it)"
            : null;
}
