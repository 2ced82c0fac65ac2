using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit.Faults;

namespace ChainBridge.Bench.TestKit;

/// <summary>What an idle proxy, with nothing wrong added, costs a round trip of one byte.</summary>
internal static class FaultProxyRow
{
    private const int Rounds = 5;
    private const int Trips = 3000;
    private const double Limit = 200;

    /// <summary>Medians of a round trip straight and through the proxy, in turn; ours is the difference.</summary>
    public static async Task<Row> MeasureAsync(CancellationToken cancellationToken)
    {
        using var listener = NewSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var end = (IPEndPoint)listener.LocalEndPoint!;
        await using var proxy = await FaultProxy.StartAsync("127.0.0.1", end.Port, cancellationToken);
        var (straight, through) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            straight.Add(await MedianTripAsync(listener, end, cancellationToken));
            through.Add(await MedianTripAsync(listener, proxy.EndPoint, cancellationToken));
        }

        var (alternative, ours) = (Sampler.Median(straight), Sampler.Median(through));
        return new("fault proxy: added to a round trip while nothing is wrong", "µs", ours - alternative, null, null, $"≤ {Limit} µs",
            ours - alternative <= Limit, Rounds);
    }

    private static async Task<double> MedianTripAsync(Socket listener, IPEndPoint to, CancellationToken cancellationToken)
    {
        using var client = NewSocket();
        await client.ConnectAsync(to, cancellationToken);
        using var server = await listener.AcceptAsync(cancellationToken);
        server.NoDelay = true;
        var echo = EchoAsync(server, cancellationToken);
        var one = new byte[1];
        var trips = new List<double>(Trips);
        for (var trip = 0; trip < Trips; trip++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await client.SendAsync(one, cancellationToken);
            await client.ReceiveAsync(one, cancellationToken);
            trips.Add(TimeProvider.System.GetElapsedTime(began).TotalMicroseconds);
        }

        client.Shutdown(SocketShutdown.Send);
        await echo;
        return Sampler.Median(trips);
    }

    private static async Task EchoAsync(Socket server, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        while (await server.ReceiveAsync(one, cancellationToken) > 0) await server.SendAsync(one, cancellationToken);
    }


    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
