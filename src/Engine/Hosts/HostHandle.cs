namespace ChainBridge.Engine.Hosts;

/// <summary>A host for users of the library: they read its files, and only the engine changes it.</summary>
public sealed class HostHandle
{
    internal HostHandle(IHost host) => Host = host;

    /// <summary>The files of its state.</summary>
    public IHostFiles Files => Host.Files;

    internal IHost Host { get; }
}
