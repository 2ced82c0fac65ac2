namespace ChainBridge.Engine.Hosts;

/// <summary>Addresses on this machine.</summary>
internal static class Loopback
{
    /// <summary>Of plain HTTP at a port.</summary>
    public static Uri Address(int port) => new($"http://127.0.0.1:{port}");
}
