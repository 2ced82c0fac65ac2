using System.Collections.Immutable;
using System.Text.Json;

namespace ChainBridge.Edge;

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
            if (state is { Slots: not null, Shares: not null, Doors: not null })
            {
                // An edge of before knew no shares: its active slot had them all.
                if (state is { Active: { } all, Shares.Count: 0 }) state = state with { Shares = state.Shares.Add(all, EdgeState.Whole) };
                if (IsWhole(state)) return state;
            }
        }
        catch (JsonException broken)
        {
            throw Unreadable(broken.Message, broken);
        }

        throw Unreadable("it names no slots, or traffic for a slot without an address", null);
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

    private static bool IsWhole(EdgeState state) => state.Active is null
        ? state.Shares.IsEmpty
        : state.Shares.ContainsKey(state.Active) && state.Shares.Keys.All(state.Slots.ContainsKey)
            && state.Shares.Values.All(share => share > 0) && state.Shares.Values.Sum() == EdgeState.Whole;

    private InvalidDataException Unreadable(string why, Exception? inner) =>
        new($"the edge's state {path} cannot be read ({why}). Restore it, or remove it and deploy again; "
            + "until then the door stays closed", inner);
}
