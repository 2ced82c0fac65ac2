using System.Globalization;

namespace ChainBridge.Engine.Model;

/// <summary>Numbers of things in texts for people.</summary>
public static class Plural
{
    /// <summary>The number with its noun: <c>1 probe</c>, <c>2 probes</c>.</summary>
    /// <param name="many">For more than one, where it is not <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? $"{one}s")}";
}
