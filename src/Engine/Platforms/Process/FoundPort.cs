using System.Net;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>
/// Where a program of any language listens. It is offered a port in <c>PORT</c>; what counts is what it binds, asked of the
/// kernel each time, so that it is true after a restart as well.
/// </summary>
/// <param name="offered">The port it was offered.</param>
internal sealed class FoundPort(int offered)
{
    /// <summary>The variable with the port that is offered.</summary>
    public const string Variable = "PORT";

    /// <summary>The port it was offered.</summary>
    public int Offered => offered;

    private IReadOnlyDictionary<int, IPAddress> _bound = new Dictionary<int, IPAddress>();

    /// <summary>Why there is no address, as the end of a sentence; null when there is one.</summary>
    public string? Obstacle => Chosen(_bound) is not null ? null
        : _bound.Count == 0 ? $"it listens on no port; {Variable}={offered} was offered to it"
        : $"it listens on the ports {string.Join(", ", _bound.Keys)}, and none of them is {Variable}={offered}, which was offered to it: "
            + $"let it listen on ${Variable}, or on one port only";

    /// <summary>The address of the process tree now: the port that was offered, or the only one; null when there is no such.</summary>
    public Uri? Find(int process)
    {
        _bound = ListeningPorts.OfTree(process);
        return Address();
    }

    /// <summary>The same for what was found bound by another process.</summary>
    internal Uri? Of(IReadOnlyDictionary<int, IPAddress> bound)
    {
        _bound = bound;
        return Address();
    }

    private Uri? Address() => Chosen(_bound) is not { } port ? null : new UriBuilder(Uri.UriSchemeHttp, Reached(_bound[port]), port).Uri;

    private int? Chosen(IReadOnlyDictionary<int, IPAddress> bound) =>
        bound.ContainsKey(offered) ? offered : bound.Count == 1 ? bound.Keys.Single() : null;

    /// <summary>A wildcard is reached on loopback; IPv6's takes IPv4 as well, unless a program asks it not to.</summary>
    private static string Reached(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "127.0.0.1"
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
            : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
