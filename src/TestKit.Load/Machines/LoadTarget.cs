using System.Net;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>Where the target of a load is, seen from its generator.</summary>
/// <param name="IsKnown">False of a name that does not resolve.</param>
/// <param name="LocalPort">Of a target on this machine; null of another, and of none.</param>
internal sealed record LoadTarget(bool IsKnown, int? LocalPort)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task<LoadTarget> FindAsync(Uri? target, TimeProvider time)
    {
        if (target is null) return new(true, null);
        try
        {
            var addresses = IPAddress.TryParse(target.DnsSafeHost, out var address) ? [address]
                : await Dns.GetHostAddressesAsync(target.DnsSafeHost).WaitAsync(Patience, time).ConfigureAwait(false);
            return new(addresses.Length > 0, addresses.Any(IsHere) ? target.Port : null);
        }
        catch (Exception unknown) when (unknown is SocketException or TimeoutException or ArgumentException)
        {
            return new(false, null);
        }
    }

    /// <summary>Only an address of this machine can be listened at.</summary>
    private static bool IsHere(IPAddress address)
    {
        if (IPAddress.IsLoopback(address)) return true;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
