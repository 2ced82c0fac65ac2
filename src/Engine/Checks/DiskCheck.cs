using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Checks;

/// <summary>A disk of the host has room.</summary>
/// <param name="path">Answers a path on that disk.</param>
/// <param name="least">Bytes that must be free.</param>
/// <param name="remedy">What makes room there.</param>
internal sealed class DiskCheck(IHostFiles files, Func<CancellationToken, Task<string>> path, long least, string remedy) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var place = await path(cancellationToken);
        var disk = files.Disk(place);
        var free = $"{Quantities.Words(disk.Free)} of {Quantities.Words(disk.Total)} are free at {place}";
        return disk.Free >= least
            ? CheckResult.Ok(free)
            : CheckResult.Problem($"only {free}, and {Quantities.Words(least)} are needed", remedy);
    }
}
