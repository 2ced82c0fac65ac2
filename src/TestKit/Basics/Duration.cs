using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Basics;

/// <summary>A time as people write and read it.</summary>
internal static partial class Duration
{
    /// <summary>
    /// Reads a number above zero and its unit, as in <c>500ms</c>, <c>1.5s</c>, <c>2 m</c> or <c>1h</c>; null when it is none.
    /// </summary>
    /// <param name="units">Those that may be written, of <c>ms</c>, <c>s</c>, <c>m</c> and <c>h</c>.</param>
    public static TimeSpan? Parse(string text, params ReadOnlySpan<string> units)
    {
        var parts = Written().Match(text);
        if (!parts.Success || !units.Contains(parts.Groups["unit"].Value)) return null;
        var amount = double.Parse(parts.Groups["amount"].Value, CultureInfo.InvariantCulture);
        var time = parts.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(amount),
            "s" => TimeSpan.FromSeconds(amount),
            "m" => TimeSpan.FromMinutes(amount),
            _ => TimeSpan.FromHours(amount),
        };
        return time > TimeSpan.Zero ? time : null;
    }

    /// <summary>The time in seconds, with one decimal place where that matters.</summary>
    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";

    [GeneratedRegex(@"^(?<amount>\d{1,6}(?:\.\d{1,3})?)\s*(?<unit>ms|s|m|h)$")]
    private static partial Regex Written();
}
