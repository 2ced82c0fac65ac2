namespace ChainBridge.TestKit.Load;

/// <summary>What a limit is about.</summary>
public enum LoadMetric
{
    /// <summary>The latency that a share of the successful ones did not exceed.</summary>
    Percentile,
    /// <summary>The mean latency of the successful ones.</summary>
    Mean,
    /// <summary>The longest latency of the successful ones.</summary>
    Max,
    /// <summary>The share that failed, of one kind or of all.</summary>
    Errors,
    /// <summary>Successful completions per second, over the time that really passed.</summary>
    Throughput,
    /// <summary>Bytes received per second.</summary>
    Bytes,
    /// <summary>The share of arrivals that were not begun, because too many were under way.</summary>
    Dropped,
}
