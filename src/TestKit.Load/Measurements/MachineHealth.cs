namespace ChainBridge.TestKit.Load;

/// <summary>The machine of a generator during a run. Shares are of all its cores, 0 to 1.</summary>
/// <param name="Busy">All that ran.</param>
/// <param name="Steal">What the hypervisor gave to others.</param>
/// <param name="Pressure">PSI: the share of the time in which something that could run waited for a CPU.</param>
/// <param name="OthersBefore">What ran before the load began.</param>
/// <param name="Calibration">A fixed piece of work, in rounds per millisecond on one core: more is faster.</param>
/// <param name="Fingerprint">Equal for the same kind of machine.</param>
public sealed record MachineHealth(
    int Cores, double Busy, double Steal, double? Pressure, double OthersBefore, double Calibration, string Fingerprint)
{
    /// <summary>
    /// What processes used meanwhile that neither make the load nor serve it; null where they cannot be told from the target.
    /// </summary>
    public double? Others { get; init; }

    /// <summary>The one of them that used most, and its share, for messages.</summary>
    public string? LargestOther { get; init; }
}
