using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>What was measured of one step in a whole run.</summary>
public sealed class StepMeasure(string name)
{
    /// <summary>The step that stands for a whole iteration of a scenario with several steps.</summary>
    public const string Iteration = "(iteration)";

    /// <summary>The step's.</summary>
    public string Name => name;

    /// <summary>Of those that did what was expected: from when they were due to their end.</summary>
    public Latencies Latency { get; init; } = new();

    /// <summary>Of the same: from when they were really begun. What it is less than the latency is the generator's own delay.</summary>
    public Latencies Service { get; init; } = new();

    /// <summary>Of those that did not, from when they were due; a fast refusal must not make the others look fast.</summary>
    public Latencies Failed { get; init; } = new();

    /// <summary>How often each kind of failure came.</summary>
    public Dictionary<string, long> Errors { get; init; } = [];

    /// <summary>Of the answers' bodies.</summary>
    public long BytesReceived { get; set; }

    /// <summary>How many ended, well or not.</summary>
    [JsonIgnore]
    public long Count => Latency.Count + Failed.Count;

    /// <summary>The failed ones' share, 0 to 1; zero of none.</summary>
    [JsonIgnore]
    public double ErrorRate => Count == 0 ? 0 : (double)Failed.Count / Count;

    /// <summary>Adds what another generator measured of the same step.</summary>
    public void Add(StepMeasure other)
    {
        Latency.Add(other.Latency);
        Service.Add(other.Service);
        Failed.Add(other.Failed);
        foreach (var (kind, count) in other.Errors) Errors[kind] = Errors.GetValueOrDefault(kind) + count;
        BytesReceived += other.BytesReceived;
    }

    internal void Add(StepStripe.Cell cell)
    {
        Latency.Add(cell.Ok);
        Service.Add(cell.Service);
        Failed.Add(cell.Failed);
        foreach (var (kind, count) in cell.Kinds) Errors[kind] = Errors.GetValueOrDefault(kind) + count;
        BytesReceived += cell.Received;
    }
}
