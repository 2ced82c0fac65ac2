using HdrHistogram;

namespace ChainBridge.TestKit.Load.Histograms;

/// <summary>What one group of threads recorded of a step since it was last collected. The lock is hardly ever waited for.</summary>
internal sealed class StepStripe
{
    private readonly Lock _gate = new();
    private Cell _active = new();
    private Cell _spare = new();

    public void Succeeded(long latency, long service, long received)
    {
        lock (_gate)
        {
            _active.Ok.RecordValue(latency);
            _active.Service.RecordValue(service);
            _active.Received += received;
        }
    }

    public void Failed(long latency, string kind, long received)
    {
        lock (_gate)
        {
            _active.Failed.RecordValue(latency);
            _active.Kinds[kind] = _active.Kinds.GetValueOrDefault(kind) + 1;
            _active.Received += received;
        }
    }

    /// <summary>Hands over what was recorded since the last time and begins anew; by one collector at a time.</summary>
    public void CollectInto(Action<Cell> take)
    {
        lock (_gate) (_active, _spare) = (_spare, _active);
        take(_spare);
        _spare.Clear();
    }

    internal sealed class Cell
    {
        public IntHistogram Ok { get; } = Latencies.NewInterval();

        public IntHistogram Service { get; } = Latencies.NewInterval();

        public IntHistogram Failed { get; } = Latencies.NewInterval();

        public Dictionary<string, long> Kinds { get; } = [];

        public long Received { get; set; }

        public void Clear()
        {
            if (Ok.TotalCount > 0) Ok.Reset();
            if (Service.TotalCount > 0) Service.Reset();
            if (Failed.TotalCount > 0) Failed.Reset();
            Kinds.Clear();
            Received = 0;
        }
    }
}
