using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// The host with an environment's state, and the others that its releases run on, for users of the library: they read its files, and only
/// the engine changes it. They close it when they are done.
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

    /// <summary>Hosts of the environment that do not answer, each with the reason; only where that was asked to be no failure.</summary>
    public IReadOnlyList<EngineException> Away { get; internal init; } = [];

    /// <summary>The full path of an environment's state there.</summary>
    /// <param name="environment">As the manifest has it: where its path is no full one, it begins in the home on this host.</param>
    internal string StateOf(EnvironmentSpec environment) =>
        Home is null ? environment.StateDirectory : Path.Combine(Home, environment.StateDirectory.TrimEnd('/'));

    internal IHost Host { get; }

    internal string? Home { get; }

    /// <summary>Its address; null for this machine.</summary>
    internal HostAddress? Address { get; init; }

    /// <summary>The other hosts of the environment, as far as they answer.</summary>
    internal IReadOnlyList<HostHandle> Others { get; init; } = [];

    /// <summary>All of them, this one first.</summary>
    internal IReadOnlyList<HostHandle> All => [this, .. Others];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var other in Others) other.Dispose();
        _connection?.Dispose();
    }
}
