namespace ChainBridge.Engine.Hosts;

/// <summary>
/// A host for users of the library: they read its files, and only the engine changes it. They close it when they are done.
/// </summary>
public sealed class HostHandle : IDisposable
{
    private readonly IDisposable? _connection;

    /// <param name="clock">Of the host.</param>
    /// <param name="home">The folder that paths on a host begin in when they are no full ones; null for this machine.</param>
    /// <param name="connection">Ends with the handle; null for this machine.</param>
    internal HostHandle(IHost host, TimeProvider clock, string? home = null, IDisposable? connection = null) =>
        (Host, Clock, Home, _connection) = (host, clock, home, connection);

    /// <summary>The files of its state.</summary>
    public IHostFiles Files => Host.Files;

    /// <summary>The host's clock: what runners of several machines write down there is compared by it.</summary>
    public TimeProvider Clock { get; }

    internal IHost Host { get; }

    internal string? Home { get; }

    /// <inheritdoc />
    public void Dispose() => _connection?.Dispose();
}
