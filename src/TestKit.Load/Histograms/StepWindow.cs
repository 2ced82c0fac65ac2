using System.Collections.ObjectModel;

namespace ChainBridge.TestKit.Load;

/// <summary>What ended of one step within one window of the run, a second as a rule.</summary>
/// <param name="Latency">Of those that did what was expected.</param>
/// <param name="Failed">How many did not.</param>
public sealed record StepWindow(string Name, Latencies Latency, long Failed, long BytesReceived)
{
    /// <summary>How often each kind of failure came.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>The same window of two generators.</summary>
    public StepWindow With(StepWindow other)
    {
        var both = new Latencies();
        both.Add(Latency);
        both.Add(other.Latency);
        return new(Name, both.Packed(), Failed + other.Failed, BytesReceived + other.BytesReceived)
        {
            Errors = Errors.Count == 0 ? other.Errors : other.Errors.Count == 0 ? Errors
                : Errors.Concat(other.Errors).GroupBy(error => error.Key, error => error.Value)
                    .ToDictionary(same => same.Key, same => same.Sum()),
        };
    }
}
