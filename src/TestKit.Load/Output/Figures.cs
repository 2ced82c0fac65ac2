using System.Globalization;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>Numbers as all the outputs write them.</summary>
internal static class Figures
{
    public static readonly double[] Percentiles = [50, 75, 90, 95, 99, 99.9, 99.99];

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => Number(time.TotalMilliseconds, "0.000"),
        < 100 => Number(time.TotalMilliseconds, "0.00"),
        _ => Number(time.TotalMilliseconds, "0.0"),
    };

    public static string Rate(double perSecond) => Number(perSecond, perSecond < 100 ? "0.0" : "0");

    public static string Percent(double share) => Number(share * 100, "0.###") + " %";

    public static string PercentileName(double percent) => "p" + Number(percent, "0.####");

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Word(LoadVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
