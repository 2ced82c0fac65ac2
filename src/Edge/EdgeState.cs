using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>What the edge knows, and keeps on disk.</summary>
/// <param name="Active">The slot with the traffic; null before the first switch.</param>
/// <param name="Slots">Slot → address of its public service.</param>
/// <param name="Token">The highest fencing token seen; whoever carries an older one is refused.</param>
/// <param name="Limits">What the edge allows; null for <see cref="EdgeLimits.None"/>.</param>
public sealed record EdgeState(string? Active, ImmutableSortedDictionary<string, Uri> Slots, long Token, EdgeLimits? Limits = null)
{
    /// <summary>Before anything was told.</summary>
    public static EdgeState Empty { get; } = new(null, ImmutableSortedDictionary<string, Uri>.Empty, 0);
}

/// <summary>What the edge allows. It adds no limit that is not named here.</summary>
/// <param name="MaxBody">The most bytes a request's body may have; null for any number.</param>
/// <param name="IdleTimeout">How long a request or its answer may go without a byte in either direction; null for any time.</param>
public sealed record EdgeLimits(long? MaxBody, TimeSpan? IdleTimeout)
{
    /// <summary>No limit: the release's own ones hold.</summary>
    public static EdgeLimits None { get; } = new(null, null);

    /// <summary>How requests are forwarded under these limits.</summary>
    [JsonIgnore]
    public ForwarderRequestConfig Forwarding => new() { ActivityTimeout = IdleTimeout ?? Timeout.InfiniteTimeSpan };
}

/// <summary>The state on disk: written beside, flushed, renamed, so that a crash leaves the old state or the new one.</summary>
public sealed class EdgeStateFile(string path)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The state kept, or an empty one when there is no file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file cannot be read as a state: starting with an empty one would close the door silently.
    /// </exception>
    public EdgeState Read()
    {
        if (!File.Exists(path)) return EdgeState.Empty;
        try
        {
            var state = JsonSerializer.Deserialize<EdgeState>(File.ReadAllText(path), Format);
            if (state?.Slots is not null && (state.Active is null || state.Slots.ContainsKey(state.Active))) return state;
        }
        catch (JsonException broken)
        {
            throw Unreadable(broken.Message, broken);
        }

        throw Unreadable("it names no slots, or an active slot without an address", null);
    }

    /// <summary>Done when the state is on the disk.</summary>
    public void Write(EdgeState state)
    {
        var half = path + ".new";
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, state, Format);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }

    private InvalidDataException Unreadable(string why, Exception? inner) =>
        new($"the edge's state {path} cannot be read ({why}). Restore it, or remove it and deploy again; until then the door stays closed",
            inner);
}
