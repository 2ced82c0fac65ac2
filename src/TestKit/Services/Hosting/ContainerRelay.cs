using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit.Faults;
using Docker.DotNet;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>A way from a container to a service that listens on this machine's loopback.</summary>
/// <param name="Proxy">Null where the engine itself leads there.</param>
internal sealed record ContainerRelay(Uri Address, FaultProxy? Proxy)
{
    /// <summary>This machine, as a container names it.</summary>
    public const string HostName = "host.docker.internal";

    /// <summary>Listens on the gateway of the engine's own network, where containers reach this machine and others do not.</summary>
    public static async Task<ContainerRelay> StartAsync(IDockerClient docker, Uri service, CancellationToken cancellationToken)
    {
        var network = await docker.Networks.InspectNetworkAsync("bridge", cancellationToken);
        var gateway = network.IPAM?.Config?.Select(config => config.Gateway)
            .FirstOrDefault(address => IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork);
        if (gateway is not null)
        {
            try
            {
                var proxy = FaultProxy.On(IPAddress.Parse(gateway), service.Host, service.Port);
                return new(At(service, proxy.EndPoint.Port), proxy);
            }
            catch (SocketException)
            {
                // The network is in a virtual machine, as with Docker Desktop, which leads to our loopback itself.
            }
        }

        return new(At(service, service.Port), null);
    }

    private static Uri At(Uri service, int port) => new UriBuilder(service) { Host = HostName, Port = port }.Uri;
}
