namespace ChainBridge.TestKit.Load.Histograms;

/// <summary>Takes the outcomes of one step from many threads, and hands them out in windows and as a sum.</summary>
internal sealed class StepRecorder(string name)
{
    private readonly StepStripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new StepStripe())];

    /// <summary>The one that each window is summed up in: a new one each second would be a tenth of a megabyte for each step.</summary>
    private readonly Latencies _window = new();

    private static int Stripes => Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>The step's.</summary>
    public string Name => name;

    /// <summary>The sum of all that was collected.</summary>
    public StepMeasure Total { get; } = new(name);

    /// <summary>It did what was expected.</summary>
    /// <param name="latency">From when it was due.</param>
    /// <param name="service">From when it was begun.</param>
    public void Succeeded(TimeSpan latency, TimeSpan service, long received = 0) =>
        Stripe().Succeeded(Microseconds(latency), Microseconds(service), received);

    /// <summary>It did not.</summary>
    /// <param name="kind">One of a few words, as <c>status 503</c> or <c>timeout</c>.</param>
    public void Failed(TimeSpan latency, string kind, long received = 0) => Stripe().Failed(Microseconds(latency), kind, received);

    /// <summary>What came since the last window; adds it to the sum. By one collector at a time.</summary>
    public StepWindow Collect()
    {
        var (failed, bytes) = (0L, 0L);
        Dictionary<string, long>? errors = null;
        _window.Clear();
        foreach (var stripe in _stripes)
            stripe.CollectInto(cell =>
            {
                _window.Add(cell.Ok);
                failed += cell.Failed.TotalCount;
                bytes += cell.Received;
                foreach (var (kind, count) in cell.Kinds) (errors ??= [])[kind] = errors.GetValueOrDefault(kind) + count;
                Total.Add(cell);
            });
        var window = new StepWindow(name, _window.Packed(), failed, bytes);
        return errors is null ? window : window with { Errors = errors };
    }

    private StepStripe Stripe() => _stripes[Environment.CurrentManagedThreadId % _stripes.Length];

    private static long Microseconds(TimeSpan time) =>
        Math.Clamp(time.Ticks / TimeSpan.TicksPerMicrosecond, 0, Latencies.HighestMicroseconds);
}
