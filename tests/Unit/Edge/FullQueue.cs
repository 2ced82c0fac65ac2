using System.Net;
using System.Net.Sockets;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>
/// A program whose queue of connections is full, as the system has it then: the next ones are neither taken nor refused.
/// </summary>
internal sealed class FullQueue : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<TcpClient> _waiting = [];

    private FullQueue()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(0);
    }

    public Uri Address => new($"http://{_socket.LocalEndPoint}");

    public static async Task<FullQueue> FillAsync()
    {
        var full = new FullQueue();
        await EdgeLab.UntilAsync(() => !full.Takes(), "a full queue");
        return full;
    }

    public void Dispose()
    {
        _waiting.ForEach(one => one.Dispose());
        _socket.Dispose();
    }

    private bool Takes()
    {
        var one = new TcpClient();
        _waiting.Add(one);
        return one.ConnectAsync((IPEndPoint)_socket.LocalEndPoint!).Wait(TimeSpan.FromMilliseconds(200));
    }
}
