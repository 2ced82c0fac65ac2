namespace ChainBridge.Edge;

/// <summary>Which requests come through a door: those on its port, for its host if it names one, below its path if it names one.</summary>
/// <param name="Name">What slots are placed at.</param>
/// <param name="Port">A port the edge was started with.</param>
/// <param name="Host">A host name, without a port, in any case; null for every host.</param>
/// <param name="Path">A prefix of whole segments, which the release gets as well; null for every path.</param>
public sealed record DoorRule(string Name, int Port, string? Host = null, string? Path = null)
{
    /// <summary>The door of the public address, and of callers that know only one.</summary>
    public const string Default = "default";

    /// <summary>Whether this door is for the request, which came on its port.</summary>
    public bool Takes(string host, PathString path) => (Host is null || Host.Equals(host, StringComparison.OrdinalIgnoreCase))
        && (Path is null || path.StartsWithSegments(PathString.FromUriComponent(Path), StringComparison.Ordinal));

    /// <summary>The rule in the one way of writing it: <c>/api/</c> is <c>/api</c>, and <c>/</c> is every path.</summary>
    public DoorRule Normalized() =>
        this with { Host = Host?.ToLowerInvariant(), Path = Path?.TrimEnd('/') is { Length: > 0 } path ? path : null };

    /// <summary>The doors in force: those configured, and for each port that none of them names the door it was opened for.</summary>
    /// <param name="opened">Door → port, as the edge was started.</param>
    public static IEnumerable<DoorRule> InForce(IReadOnlyCollection<DoorRule> configured, IReadOnlyDictionary<string, int> opened) =>
        configured.Concat(opened.Where(door => configured.All(rule => rule.Port != door.Value))
            .Select(door => new DoorRule(door.Key, door.Value)));
}
