namespace ChainBridge.Engine.Model;

/// <summary>Where a door, or the service behind it, is asked from this machine.</summary>
/// <param name="Address">E.g. <c>http://127.0.0.1:8088</c></param>
/// <param name="Path">What every path asked there begins with; null for nothing.</param>
/// <param name="Host">Sent as <c>Host</c>; null for the address that is asked.</param>
public sealed record DoorAddress(string Name, Uri Address, string? Path = null, string? Host = null)
{
    /// <summary>The address with the door's path, without a slash at its end.</summary>
    public string Base => Address.ToString().TrimEnd('/') + Path;

    /// <summary>A path below the door's.</summary>
    public Uri Below(string path) => new(Base + path);

    /// <summary>A path as the service itself knows it, whatever the door's.</summary>
    public Uri Root(string path) => new(Address.ToString().TrimEnd('/') + path);
}
