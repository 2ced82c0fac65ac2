using System.Globalization;

namespace ChainBridge.Bench.LoadServers;

/// <summary>How long and how often is measured; shorter for a look (<c>LOAD_SECONDS=2 LOAD_RUNS=1</c>).</summary>
internal static class Length
{
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private const int UsualSeconds = 5, UsualRuns = 3;

    public static int Seconds => Number("LOAD_SECONDS", UsualSeconds);

    public static int Runs => Number("LOAD_RUNS", UsualRuns);

    /// <summary>Whether it is long and often enough to be quoted; else it is a look.</summary>
    public static bool IsWhole => Seconds >= UsualSeconds && Runs >= UsualRuns;

    public static TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>Whether a server is among those that were asked for (<c>LOAD_SERVERS=nginx,redis</c>).</summary>
    public static bool Has(string server) => Environment.GetEnvironmentVariable("LOAD_SERVERS") is not { Length: > 0 } servers
        || servers.Split(',').Contains(server, StringComparer.OrdinalIgnoreCase);

    private static int Number(string variable, int usual) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : usual;
}
