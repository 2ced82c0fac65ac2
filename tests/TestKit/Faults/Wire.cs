using System.Net;
using System.Net.Sockets;
using ChainBridge.TestKit.Faults;
using ChainBridge.Tests.TestKit.Infrastructure;

namespace ChainBridge.Tests.TestKit.Faults;

/// <summary>A client and a server with a proxy between them, both ends in the test's hands.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Socket _listener;

    private Wire(Socket listener, FaultProxy proxy) => (_listener, Proxy) = (listener, proxy);

    public FaultProxy Proxy { get; }

    public Socket Client { get; private set; } = null!;

    public Socket Server { get; private set; } = null!;

    public static async Task<Wire> StartAsync(CancellationToken cancellationToken, TimeProvider? time = null, int seed = 1)
    {
        var listener = NewSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var wire = new Wire(listener,
            await FaultProxy.StartAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, cancellationToken, seed, time));
        await wire.ConnectAsync(cancellationToken);
        return wire;
    }

    /// <summary>One more connection; the sockets are those of the newest.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Client = NewSocket();
        await Client.ConnectAsync(Proxy.EndPoint, cancellationToken);
        Server = await _listener.AcceptAsync(cancellationToken);
        // The proxy took the connection over once something came through.
        await Server.SendAsync(new byte[] { 1 }, cancellationToken);
        await ReceiveAsync(1, cancellationToken);
        // It is counted out a moment after it came.
        await Eventually.HoldsAsync(() => Proxy.BytesWaiting == 0, TimeSpan.FromSeconds(20), "nothing waits in the proxy");
    }

    /// <summary>What the client gets, exactly so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int bytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[bytes];
        for (var got = 0; got < bytes;)
        {
            var more = await Client.ReceiveAsync(buffer.AsMemory(got), cancellationToken);
            if (more == 0) throw new EndOfStreamException($"the stream ended after {got} of {bytes} bytes");
            got += more;
        }

        return buffer;
    }

    /// <summary>All that the client gets until the end.</summary>
    public async Task<int> ReceiveToEndAsync(CancellationToken cancellationToken)
    {
        var (buffer, total) = (new byte[64 * 1024], 0);
        while (await Client.ReceiveAsync(buffer, cancellationToken) is > 0 and var more) total += more;
        return total;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Server.Dispose();
        _listener.Dispose();
        await Proxy.DisposeAsync();
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
