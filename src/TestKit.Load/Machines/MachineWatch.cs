using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Machines;

/// <summary>Looks at the machine before and while a load runs.</summary>
/// <param name="target">Where the load is sent to; null where only its code knows.</param>
/// <param name="inChild">Whether this process was started to make it: then what started it is of the load too.</param>
internal sealed class MachineWatch(TimeProvider time, Uri? target, bool inChild)
{
    private static readonly TimeSpan LookBefore = TimeSpan.FromMilliseconds(200);
    private MachineTimes _began = new(0, 0, 0, null);
    private Task<IReadOnlyDictionary<int, ProcessStat>> _processes =
        Task.FromResult<IReadOnlyDictionary<int, ProcessStat>>(new Dictionary<int, ProcessStat>());

    private bool _hasTime;
    private long _beganAt;
    private double _othersBefore;
    private double _calibration;

    /// <summary>How fast one core is, and what runs while nothing of ours does; then the watch begins with <see cref="Begins"/>.</summary>
    /// <param name="others">Take the time to look at others.</param>
    public async Task LookAsync(bool others, CancellationToken cancellationToken)
    {
        _calibration = Calibrate();
        _hasTime = others;
        if (!others) return;
        var before = MachineTimes.Read();
        await Task.Delay(LookBefore, time, cancellationToken).ConfigureAwait(false);
        var after = MachineTimes.Read();
        _othersBefore = Share(after.Busy - before.Busy, after.All - before.All);
    }

    /// <summary>The load begins. Without a warm-up its first request does not wait for the look at all processes.</summary>
    public void Begins()
    {
        _processes = _hasTime ? Task.FromResult(ProcessStat.ReadAll()) : Task.Run(ProcessStat.ReadAll);
        (_began, _beganAt) = (MachineTimes.Read(), time.GetTimestamp());
    }

    public async Task<MachineHealth> EndsAsync()
    {
        var (ended, took, processes) = (MachineTimes.Read(), time.GetElapsedTime(_beganAt), ProcessStat.ReadAll());
        var all = ended.All - _began.All;
        var (others, largest) = await OthersAsync(processes, all).ConfigureAwait(false);
        return new(Environment.ProcessorCount, Share(ended.Busy - _began.Busy, all), Share(ended.Steal - _began.Steal, all),
            ended.PressureMicroseconds is { } pressure && _began.PressureMicroseconds is { } before && took > TimeSpan.Zero
                ? Math.Min(1, (pressure - before) / took.TotalMicroseconds)
                : null,
            _othersBefore, _calibration, Fingerprint()) { Others = others, LargestOther = largest };
    }

    /// <summary>The share of the machine that others used meanwhile; null where they cannot be told from the target.</summary>
    private async Task<(double? Share, string? Largest)> OthersAsync(IReadOnlyDictionary<int, ProcessStat> now, long all)
    {
        var where = await LoadTarget.FindAsync(target, time).ConfigureAwait(false);
        if (!where.IsKnown || all <= 0 || !now.TryGetValue(Environment.ProcessId, out var own)) return (null, null);
        int[] makers = inChild ? [own.Id, own.Parent] : [own.Id];
        if (OtherProcesses.OfTheLoad(now, SocketOwners.Read(now.Keys), makers, where.LocalPort) is not { } load) return (null, null);
        // The sockets of containers cannot be followed from here: beside a target of this machine they may be part of it.
        var isElsewhere = target is not null && where.LocalPort is null;
        var here = Namespace(own.Id);
        var (ticks, most, ofMost) = OtherProcesses.Used(await _processes.ConfigureAwait(false), now,
            process => !load.Contains(process.Id) && (isElsewhere || Namespace(process.Id) == here));
        return (Share(ticks, all), most is null ? null : FormattableString.Invariant($"{most.Name}, {Share(ofMost, all) * 100:0.#} %"));
    }

    private static string Namespace(int process) => ProcFiles.LinkOf($"/proc/{process}/ns/net");

    /// <summary>A fixed piece of work on one core; the best of a few rounds, which others' work disturbs least.</summary>
    private double Calibrate()
    {
        const int Rounds = 5, Hashes = 400;
        var (block, best) = (new byte[1024], 0.0);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var round = 0; round < Rounds; round++)
        {
            var began = time.GetTimestamp();
            for (var i = 0; i < Hashes; i++)
            {
                SHA256.HashData(block, hash);
                hash.CopyTo(block);
            }

            var took = time.GetElapsedTime(began).TotalMilliseconds;
            if (took > 0) best = Math.Max(best, Hashes / took);
        }

        return best;
    }

    private static string Fingerprint()
    {
        var model = "";
        try
        {
            model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim() ?? "";
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            // Another system: its architecture and cores have to do.
        }

        return $"{RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, {model}";
    }

    private static double Share(long part, long whole) => whole <= 0 ? 0 : Math.Clamp((double)part / whole, 0, 1);
}
