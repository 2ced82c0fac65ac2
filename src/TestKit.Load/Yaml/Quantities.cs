using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>Times and rates as people write them.</summary>
internal static partial class Quantities
{
    private const double MostHours = 24;

    public static TimeSpan Time(string text, YamlPlace place)
    {
        var match = Form().Match(text);
        var unit = match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(1), "s" => TimeSpan.FromSeconds(1), "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1), _ => TimeSpan.Zero,
        };
        if (unit == TimeSpan.Zero || Number(match.Groups["number"].Value) is not { } number)
            throw place.Wrong($"is '{text}', and a time is a number with its unit: 500ms, 30s, 5m or 1h");
        return number * unit.TotalHours <= MostHours
            ? unit * number
            : throw place.Wrong($"is '{text}', and no time of a run is longer than {MostHours}h");
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

    public static double Share(string text, YamlPlace place) =>
        text.Trim() is [.. var number, '%'] && Number(number) is { } percent and <= 100
            ? percent / 100
            : throw place.Wrong($"is '{text}', and a share is a number from 0 to 100 with its sign: 10%");

    public static int Whole(string text, YamlPlace place) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw place.Wrong($"is '{text}', and a whole number is expected");

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^\s*(?<number>[0-9.]+)\s*(?<unit>[a-z/]+)\s*$")]
    private static partial Regex Form();
}
