namespace ChainBridge.TestKit.Load;

/// <summary>How a generator fared: whether what it measured is the target, or itself.</summary>
/// <param name="CpuCores">Of its own process, in cores.</param>
/// <param name="GcPauses">The share of the time in which garbage collection stopped it.</param>
/// <param name="ThreadPoolQueue">The most work that waited for a thread.</param>
/// <param name="MostInFlight">The most iterations under way at once.</param>
/// <param name="HeldMicroseconds">How long the beginning of an iteration held its thread, on average: a step that blocks.</param>
/// <param name="StartedInMilliseconds">From the process's start to being ready for the first request.</param>
public sealed record GeneratorHealth(
    int Number, string Host, double CpuCores, double GcPauses, long ThreadPoolQueue, long MostInFlight, double HeldMicroseconds,
    double StartedInMilliseconds)
{
    /// <summary>The most memory that its process had.</summary>
    public double PeakMegabytes { get; init; }

    /// <summary>By how much its clock differs from the one that coordinates, and how well that is known; zero on one machine.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <inheritdoc cref="ClockOffset"/>
    public TimeSpan ClockUncertainty { get; init; }

    /// <summary>How far the wall clock moved against the monotonic one: it was set, or the machine was suspended.</summary>
    public TimeSpan ClockStep { get; init; }

    /// <summary>The machine while the load ran.</summary>
    public MachineHealth? Machine { get; init; }
}
