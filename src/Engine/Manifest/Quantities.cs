using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>Durations (<c>500ms 5s 15m 24h 7d</c>) and sizes (<c>200KB 50MB 1GB</c>; powers of ten) as people write them.</summary>
public static partial class Quantities
{
    /// <summary>Reads a duration; null when it is none.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (!Number(text, DurationPattern(), out var number, out var unit)) return null;
        var seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 86400 };
        return number * seconds > TimeSpan.FromDays(3650).TotalSeconds ? null : TimeSpan.FromSeconds(number * seconds);
    }

    /// <summary>Reads a size in bytes; null when it is none.</summary>
    public static long? Size(string text)
    {
        if (!Number(text, SizePattern(), out var number, out var unit)) return null;
        var bytes = number * (unit switch { "KB" => 1e3, "MB" => 1e6, _ => 1e9 });
        return bytes > 1e18 ? null : (long)bytes;
    }

    /// <summary>Bytes as people read them: <c>1.5 GB</c>.</summary>
    public static string Words(long bytes)
    {
        var (unit, name) = bytes switch { >= 1_000_000_000 => (1e9, "GB"), >= 1_000_000 => (1e6, "MB"), _ => (1e3, "KB") };
        return $"{(bytes / unit).ToString("0.#", CultureInfo.InvariantCulture)} {name}";
    }

    private static bool Number(string text, Regex pattern, out double number, out string unit)
    {
        var match = pattern.Match(text.Trim());
        unit = match.Groups[2].Value;
        return double.TryParse(match.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && match.Success;
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)(ms|s|m|h|d)$")]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)\s?(KB|MB|GB)$")]
    private static partial Regex SizePattern();
}
