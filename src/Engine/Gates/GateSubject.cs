using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Gates;

/// <summary>What a gate looks at.</summary>
/// <param name="BaseUrl">Where the release answers at its first door; null for a gate that looks at the source tree.</param>
/// <param name="ExpectedVersion">The release that every answer must come from; null when any may answer.</param>
public sealed record GateSubject(Uri? BaseUrl, string? ExpectedVersion)
{
    /// <summary>Every door, the first one first; empty where only an address is known.</summary>
    public IReadOnlyList<DoorAddress> Doors { get; init; } = [];

    /// <summary>The services that the gate's commands refer to; those that cannot be asked are left out.</summary>
    public IReadOnlyDictionary<string, ServiceAddress> Services { get; init; } = new Dictionary<string, ServiceAddress>();

    /// <summary>Why none of those services can be asked; null when they can.</summary>
    public string? NoServices { get; init; }

    /// <summary>What says which release answered.</summary>
    public VersionProof Proof { get; init; } = VersionProof.Answer;

    /// <summary>The host that is asked; null where it need not be told from others.</summary>
    public string? Host { get; init; }

    /// <summary>The connection to the host that is asked; null where it is the runner's own machine.</summary>
    public HostWay? Way { get; init; }

    /// <summary>What a candidate can be held against; null for a release that serves already, and where none is asked.</summary>
    public Predecessor? Predecessor { get; init; }

    /// <summary>A release behind doors.</summary>
    /// <param name="doors">At least one.</param>
    public static GateSubject At(IReadOnlyList<DoorAddress> doors, string? version, VersionProof proof) =>
        new(new Uri(doors[0].Base), version) { Doors = doors, Proof = proof };

    /// <summary>A release behind the public doors of a host.</summary>
    /// <param name="host">Null where it need not be told from others.</param>
    /// <param name="way">The connection to it; null where it is the runner's own machine.</param>
    public static GateSubject At(PublicDoors open, string? version, string? host, HostWay? way) =>
        At(open.Doors, version, open.Stamped ? VersionProof.Stamp : VersionProof.Answer) with { Host = host, Way = way };

    /// <summary>Where a probe of this door is put; null when there is no such door here.</summary>
    /// <param name="door">Null for the first one.</param>
    public DoorAddress? At(string? door) => door is null
        ? Doors.FirstOrDefault() ?? (BaseUrl is null ? null : new("", BaseUrl))
        : Doors.FirstOrDefault(one => one.Name == door);
}

/// <summary>What says which release answered.</summary>
public enum VersionProof
{
    /// <summary>The answer itself: the edge's stamp, or where there is none the release's own header, which must be there then.</summary>
    Answer,
    /// <summary>The edge's stamp: an answer without one came from another server.</summary>
    Stamp,
    /// <summary>The digests of what runs at the address, which were compared before.</summary>
    Digests,
}
