using System.Net;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Faults;

/// <summary>
/// A TCP proxy on a loopback port of its own that passes everything on, until <see cref="Add"/> makes something wrong with the
/// network. It ends with the test that started it, or when it is disposed.
/// </summary>
public sealed partial class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly string _targetHost;
    private readonly int _targetPort;
    private readonly int _seed;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<ToxicHandle> _toxics = [];
    private readonly Dictionary<Link, Task> _links = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Bound and never listening: the port stays ours while the proxy is down, and refuses.</summary>
    private readonly Socket _port;
    private Socket? _listener;
    private int _numbers;
    private int _orders;

    private FaultProxy(IPAddress listenOn, string targetHost, int targetPort, int seed, TimeProvider time)
    {
        (_targetHost, _targetPort, _seed, _time) = (targetHost, targetPort, seed, time);
        _port = Bound(new IPEndPoint(listenOn, 0));
        EndPoint = (IPEndPoint)_port.LocalEndPoint!;
        Listen();
    }

    /// <summary>Starts a proxy before a server.</summary>
    /// <param name="host">Name or address of the server; asked for at each connection, so it need not be there yet.</param>
    /// <param name="port">Its port.</param>
    /// <param name="seed">
    /// Of all that is drawn by luck (jitter, sizes, shares): the same seed gives the same draws per connection; default 1.
    /// </param>
    /// <param name="time">The clock of its delays; default the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such port can be.</exception>
    public static Task<FaultProxy> StartAsync(
        string host, int port, CancellationToken cancellationToken, int seed = 1, TimeProvider? time = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(port), port,
                $"a proxy before {host} needs the server's port: 1 to {IPEndPoint.MaxPort}");
        var proxy = new FaultProxy(IPAddress.Loopback, host, port, seed, time ?? TimeProvider.System);
        TestScope.Current?.Own(proxy);
        return Task.FromResult(proxy);
    }

    /// <summary>Listens on another address than loopback, and belongs to no test.</summary>
    internal static FaultProxy On(IPAddress listenOn, string host, int port) => new(listenOn, host, port, seed: 1, TimeProvider.System);

    /// <summary>The address where it listens: 127.0.0.1 and a port that was read back.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>How many connections it holds now.</summary>
    public int Connections
    {
        get
        {
            lock (_gate) return _links.Count;
        }
    }

    /// <summary>What is wrong with the network now, in the order in which data meets it.</summary>
    public IReadOnlyList<ToxicHandle> Toxics
    {
        get
        {
            lock (_gate) return [.. _toxics];
        }
    }

    /// <summary>Received and not passed on yet, of all connections and both ways.</summary>
    internal long BytesWaiting
    {
        get
        {
            lock (_gate) return _links.Keys.Sum(link => link[Direction.Upstream].BytesWaiting + link[Direction.Downstream].BytesWaiting);
        }
    }

    /// <summary>Adds something wrong, for connections that exist and that come; behind those added before.</summary>
    /// <param name="direction">Default downstream: the answers.</param>
    /// <returns>Dispose it to take it away.</returns>
    /// <exception cref="ArgumentException">Its settings make no sense.</exception>
    public ToxicHandle Add(Toxic toxic, Direction direction = Direction.Downstream)
    {
        Check(toxic);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            var handle = new ToxicHandle(this, _orders++, toxic, direction);
            _toxics.Add(handle);
            Apply(handle, toxic);
            return handle;
        }
    }

    /// <summary>Takes everything away.</summary>
    public void Clear()
    {
        foreach (var toxic in Toxics) toxic.Dispose();
    }

    /// <summary>Closes the port and all connections; again does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _stop.Cancel();
            _listener?.Dispose();
            _port.Dispose();
            foreach (var link in _links.Keys) link.End(reset: false);
            running = [.. _links.Values];
        }

        await Task.WhenAll(running);
    }

    internal void Change(ToxicHandle handle, Toxic toxic)
    {
        Check(toxic);
        lock (_gate)
        {
            if (!_toxics.Contains(handle))
                throw new InvalidOperationException($"{handle.Toxic} was taken away already: add the new one instead");
            handle.Toxic = toxic;
            Apply(handle, toxic);
        }
    }

    internal void Remove(ToxicHandle handle)
    {
        lock (_gate)
        {
            if (!_toxics.Remove(handle)) return;
            Apply(handle, null);
        }
    }

    private static void Check(Toxic toxic)
    {
        ArgumentNullException.ThrowIfNull(toxic);
        if (toxic.Problem is { } problem) throw new ArgumentException($"{toxic.GetType().Name}: {problem}", nameof(toxic));
    }
}
