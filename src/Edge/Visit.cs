using Microsoft.Extensions.Primitives;

namespace ChainBridge.Edge;

/// <summary>A slot as one door sees it.</summary>
/// <param name="Address">Null when the slot has none at this door.</param>
/// <param name="Slot">As a header's value.</param>
/// <param name="Version">As a header's value; empty when it is not known.</param>
internal sealed record Destination(string? Address, StringValues Slot, StringValues Version, SlotMeter Meter);

/// <summary>A request on its way through the edge: its slot is chosen once.</summary>
/// <param name="rules">Those in force when it came.</param>
/// <param name="door">The door it came through; null when no door takes it.</param>
/// <param name="to">Where it goes; null when there is no door, or no slot has traffic.</param>
/// <param name="began">When it arrived, as a timestamp.</param>
internal sealed class Visit(Routing rules, string? door, Destination? to, long began)
{
    public Routing Rules => rules;

    public string? Door => door;

    public Destination? To => to;

    public long Began => began;

    /// <summary>When the head of the release's answer came, as a timestamp; null before it.</summary>
    public long? FirstByte { get; set; }

    /// <summary>The status the release answered with; 0 before it did.</summary>
    public int Status { get; set; }

    /// <summary>Whether the release's answer came to its end.</summary>
    public bool Whole { get; set; }

    /// <summary>Whether the answer is a WebSocket or an event stream.</summary>
    public bool Lasting { get; set; }
}
