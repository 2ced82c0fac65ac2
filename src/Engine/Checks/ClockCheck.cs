using System.Globalization;

namespace ChainBridge.Engine.Checks;

/// <summary>The clock of a host agrees with the one here.</summary>
/// <param name="host">The host's clock, as far as it is known here.</param>
/// <param name="most">How far it may be off.</param>
internal sealed class ClockCheck(TimeProvider host, TimeProvider here, TimeSpan most, string place) : ICheck
{
    public Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var ahead = host.GetUtcNow() - here.GetUtcNow();
        var off = $"the clock of {place} is {Seconds(ahead.Duration())} {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} the one here";
        return Task.FromResult(ahead.Duration() <= most
            ? CheckResult.Ok(off)
            : CheckResult.Problem($"{off}; at most {Seconds(most)} are allowed",
                "set the clock that is wrong (timedatectl set-ntp true keeps it right)"));
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";
}
