using System.Globalization;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Checks;

/// <summary>The host has memory for a second release beside the first.</summary>
/// <param name="least">Bytes that must be available.</param>
internal sealed class MemoryCheck(IHostFiles files, long least) : ICheck
{
    private const string Source = "/proc/meminfo";

    public Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var lines = (files.Read(Source) ?? "").Split('\n');
        if (Bytes(lines, "MemAvailable:") is not { } available || Bytes(lines, "MemTotal:") is not { } total)
            return Task.FromResult(CheckResult.CouldNotAsk($"the host has no {Source} with MemAvailable",
                "look at its memory by hand: two releases stand beside each other for a while"));
        var free = $"{Quantities.Words(available)} of {Quantities.Words(total)} are available";
        return Task.FromResult(available >= least
            ? CheckResult.Ok(free)
            : CheckResult.Problem($"only {free}, and {Quantities.Words(least)} are needed",
                "end what else runs there, or give the host more memory: two releases stand beside each other for a while"));
    }

    /// <summary>The kernel's <c>kB</c> are 1024 bytes.</summary>
    private static long? Bytes(IEnumerable<string> lines, string name) => lines
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[name.Length..].Trim().Split(' ')[0])
        .Select(number => long.TryParse(number, CultureInfo.InvariantCulture, out var known) ? known * 1024 : (long?)null)
        .FirstOrDefault();
}
