using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>Times and rates as people write them.</summary>
internal static partial class Quantities
{
    public static TimeSpan Time(string text, YamlPlace place)
    {
        if (Form().Match(text) is { Success: true } match && Number(match.Groups["number"].Value) is { } number)
            switch (match.Groups["unit"].Value)
            {
                case "ms": return TimeSpan.FromMilliseconds(number);
                case "s": return TimeSpan.FromSeconds(number);
                case "m": return TimeSpan.FromMinutes(number);
                case "h": return TimeSpan.FromHours(number);
            }
        throw place.Wrong($"is '{text}', and a time is a number with its unit: 500ms, 30s, 5m or 1h");
    }

    public static double Rate(string text, YamlPlace place)
    {
        if (Form().Match(text) is { Success: true } match && Number(match.Groups["number"].Value) is { } number)
            switch (match.Groups["unit"].Value)
            {
                case "/s": return number;
                case "/m" or "/min": return number / 60;
            }
        throw place.Wrong($"is '{text}', and a rate is a number per time: 100/s or 30/m");
    }

    public static int Whole(string text, YamlPlace place) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw place.Wrong($"is '{text}', and a whole number is expected");

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^\s*(?<number>[0-9.]+)\s*(?<unit>[a-z/]+)\s*$")]
    private static partial Regex Form();
}
