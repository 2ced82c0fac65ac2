namespace ChainBridge.Engine.Model;

/// <summary>A public door: which requests come through it, and the service of each release that gets them.</summary>
/// <param name="Service">Gets the requests.</param>
/// <param name="ServicePort">The port the service listens on inside its container.</param>
/// <param name="Port">The public port on this machine, 0 for a free one of its own; null for the port of the first door.</param>
/// <param name="Host">Only requests for this host name; null for every one.</param>
/// <param name="Path">Only requests at and below this path; null for every one.</param>
/// <remarks>
/// A release records name, service and inner port: it keeps its own when it is gone back to. Ports, hosts and paths belong to the
/// machine, and come from the manifest of the day.
/// </remarks>
public sealed record DoorSpec(string Name, string Service, int ServicePort, int? Port = null, string? Host = null, string? Path = null)
{
    /// <summary>The one door of a manifest that names none.</summary>
    public const string Default = "default";

    /// <summary>The door that the port of this one is opened for: itself, or an earlier one on the same port.</summary>
    /// <param name="all">The doors of the environment, this one among them.</param>
    public DoorSpec OpenedBy(IReadOnlyList<DoorSpec> all) => Port switch
    {
        null => all[0],
        0 => this,
        _ => all.First(other => other.Port == Port),
    };

    /// <summary>What a release records.</summary>
    public DoorSpec ForRecord() => this with { Port = null, Host = null, Path = null };
}
