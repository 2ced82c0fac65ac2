using System.Net;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Faults;

public sealed partial class FaultProxy
{
    /// <summary>Makes existing connections and the port as the toxics want them. Under the gate.</summary>
    private void Apply(ToxicHandle handle, Toxic? toxic)
    {
        foreach (var link in _links.Keys) Apply(link, handle, toxic);
        if (_stop.IsCancellationRequested) return;
        if (!_toxics.Any(other => other.Toxic is Down))
        {
            if (_listener is null) Listen();
            return;
        }

        var listener = Interlocked.Exchange(ref _listener, null);
        listener?.Dispose();
        foreach (var link in _links.Keys) link.End(reset: false);
    }

    private void Apply(Link link, ToxicHandle handle, Toxic? toxic)
    {
        var random = new Random(HashCode(_seed, link.Number, handle.Order));
        var strikes = toxic is not null && random.NextDouble() < toxic.Share;
        var flow = link[handle.Direction];
        flow.Put(handle.Order, before => strikes ? toxic!.On(flow, handle.Order, random, before) : null);
    }

    /// <summary>The same in every process, unlike the framework's own.</summary>
    private static int HashCode(params ReadOnlySpan<int> parts)
    {
        var hash = 17;
        foreach (var part in parts) hash = unchecked((hash * 486187739) + part);
        return hash;
    }

    private void Listen()
    {
        var listener = Bound(EndPoint);
        listener.Listen();
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private static Socket Bound(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Two sockets share the port: the one that holds it and the one that listens.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endPoint);
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token);
                client.NoDelay = true;
                _ = ServeAsync(client, listener);
            }
            catch (Exception gone) when (Link.IsTheEnd(gone))
            {
                if (_stop.IsCancellationRequested || Volatile.Read(ref _listener) != listener) return;
                // Out of file handles, perhaps: not for ever, and not in a hot loop.
                await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(Socket client, Socket listener)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            deadline.CancelAfter(ConnectTimeout);
            await server.ConnectAsync(_targetHost, _targetPort, deadline.Token);
        }
        catch (Exception away) when (Link.IsTheEnd(away))
        {
            // As the server is not there for the proxy, it is not there for the client.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            server.Dispose();
            return;
        }

        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = new Link(Interlocked.Increment(ref _numbers), client, server, _time);
        lock (_gate)
        {
            if (_listener != listener || _stop.IsCancellationRequested)
            {
                link.End(reset: false);
                return;
            }

            _links[link] = running.Task;
            foreach (var handle in _toxics) Apply(link, handle, handle.Toxic);
        }

        try
        {
            await link.RunAsync();
        }
        finally
        {
            link.End(reset: false);
            lock (_gate) _links.Remove(link);
            running.SetResult();
        }
    }
}
