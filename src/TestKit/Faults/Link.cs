using System.Net.Sockets;

namespace ChainBridge.TestKit.Faults;

/// <summary>One connection through the proxy: a client, a server, and a flow each way.</summary>
internal sealed class Link
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Dictionary<Direction, Flow> _flows;
    private int _ended;

    /// <param name="number">The how manieth connection of its proxy, for its draws of luck.</param>
    public Link(int number, Socket client, Socket server, TimeProvider time)
    {
        (Number, _client, _server) = (number, client, server);
        _flows = new() { [Direction.Upstream] = new(this, client, server, time), [Direction.Downstream] = new(this, server, client, time) };
    }

    public int Number { get; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closed => _closed.Token;

    public Flow this[Direction direction] => _flows[direction];

    /// <summary>Ends when both ends have sent everything, or when the link is closed.</summary>
    public Task RunAsync() => Task.WhenAll(_flows.Values.Select(flow => flow.RunAsync()));

    /// <summary>Ends both connections.</summary>
    /// <param name="reset">With a TCP reset, not in peace.</param>
    public void End(bool reset)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1) return;
        foreach (var socket in new[] { _client, _server })
        {
            try
            {
                if (reset) socket.LingerState = new LingerOption(true, 0);
                else socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // Its other end was faster.
            }

            socket.Dispose();
        }

        // The callbacks run on other threads, because the caller that closes a connection may hold a lock.
        _ = _closed.CancelAsync();
    }

    public static bool IsTheEnd(Exception failure) => failure is SocketException or ObjectDisposedException or OperationCanceledException;

    public static bool IsReset(Exception failure) => failure is SocketException { SocketErrorCode: SocketError.ConnectionReset
        or SocketError.ConnectionAborted or SocketError.Shutdown };
}
