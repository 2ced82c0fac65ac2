using System.Text.RegularExpressions;
using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit.Providers.Reuse;

/// <summary>
/// Whether servers outlive the run (<c>CHAINBRIDGE_REUSE=1</c>), for how long they stay unused before they are removed
/// (<c>CHAINBRIDGE_REUSE_IDLE</c>, default <c>10m</c>), and under which name they are found (<c>CHAINBRIDGE_REUSE_KEY</c>,
/// default a hash of what the server is made of).
/// </summary>
internal sealed partial record ReuseSettings(TimeSpan Idle, string? Key)
{
    private static readonly TimeSpan DefaultIdle = TimeSpan.FromMinutes(10);

    /// <summary>Null when nothing is to be reused.</summary>
    /// <exception cref="ProviderException">A value cannot be read.</exception>
    public static ReuseSettings? Read(Func<string, string?> variable)
    {
        if (variable("CHAINBRIDGE_REUSE") is not { Length: > 0 } wanted || wanted == "0") return null;
        if (wanted != "1") throw new ProviderException($"CHAINBRIDGE_REUSE={wanted} is neither 1 nor 0");
        if (!File.Exists("/usr/bin/flock"))
            throw new ProviderException("CHAINBRIDGE_REUSE=1 needs the program flock (package util-linux) to see whether a run uses the "
                + "servers: install it, or unset CHAINBRIDGE_REUSE");
        var key = variable("CHAINBRIDGE_REUSE_KEY");
        if (key is { Length: > 0 } && !Name().IsMatch(key))
            throw new ProviderException($"CHAINBRIDGE_REUSE_KEY={key} may have 1 to 40 letters, digits, dots, hyphens and underscores");
        return new(variable("CHAINBRIDGE_REUSE_IDLE") is { Length: > 0 } idle ? Parse(idle) : DefaultIdle,
            key is { Length: > 0 } ? key : null);
    }

    /// <summary>The name of a server that is made of this.</summary>
    public string KeyOf(string settings) => Key ?? Digest.Hex(settings, 16);

    /// <summary>A time as <c>CHAINBRIDGE_REUSE_IDLE</c> has it.</summary>
    public static string Text(TimeSpan idle) => (idle.TotalSeconds % 3600, idle.TotalSeconds % 60) switch
    {
        (0, _) => $"{idle.TotalHours:0}h",
        (_, 0) => $"{idle.TotalMinutes:0}m",
        _ => $"{idle.TotalSeconds:0}s",
    };

    private static TimeSpan Parse(string idle)
    {
        // The reaper counts whole seconds.
        if (Duration.Parse(idle, "s", "m", "h") is { } time && time.Ticks % TimeSpan.TicksPerSecond == 0) return time;
        throw new ProviderException($"CHAINBRIDGE_REUSE_IDLE={idle} is no time: write 90s, 10m or 1h");
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,40}$")]
    private static partial Regex Name();
}
