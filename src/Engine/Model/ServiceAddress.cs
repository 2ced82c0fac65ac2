namespace ChainBridge.Engine.Model;

/// <summary>Where a service of a slot is asked.</summary>
/// <param name="Here">From this machine.</param>
/// <param name="Inside">By its siblings, the other services of the slot.</param>
public sealed record ServiceAddress(Uri Here, Uri Inside)
{
    /// <summary>Host and port alone of <see cref="Here"/>.</summary>
    public string HostAndPort => $"{Here.Host}:{Here.Port}";
}
