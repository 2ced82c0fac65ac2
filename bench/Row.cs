using System.Text.Json.Serialization;

namespace ChainBridge.Bench;

/// <summary>One line of a table: medians of ours and of the alternative, measured in turn in the same run.</summary>
/// <param name="Alternative">Null where there is nothing to compare with.</param>
/// <param name="Ratio">Ours divided by the alternative; null without one.</param>
/// <param name="Target">What was promised, in words, e.g. <c>≤ 400 ms</c>; empty where nothing was.</param>
/// <param name="Met">Whether ours kept the promise.</param>
/// <param name="Runs">How many times each side was measured.</param>
public sealed record Row(
    [property: JsonPropertyName("measure")] string Measure,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("ours")] double Ours,
    [property: JsonPropertyName("alternative")] double? Alternative,
    [property: JsonPropertyName("ratio")] double? Ratio,
    [property: JsonPropertyName("target")] string Target,
    [property: JsonPropertyName("met")] bool Met,
    [property: JsonPropertyName("runs")] int Runs);
