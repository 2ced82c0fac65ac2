namespace ChainBridge.Bench;

/// <summary>Takes samples of both sides in turn, so that a slow minute of the machine hits both, and answers medians.</summary>
public static class Sampler
{
    /// <summary>Measures one side. The first, cold run is not counted.</summary>
    public static async Task<double> MedianAsync(
        int runs, Func<CancellationToken, Task<double>> measure, CancellationToken cancellationToken)
    {
        await measure(cancellationToken);
        var samples = new List<double>();
        for (var run = 0; run < runs; run++)
            samples.Add(await measure(cancellationToken));
        return Median(samples);
    }

    /// <summary>Measures both sides alternately. The first, cold run of each is not counted.</summary>
    public static async Task<(double Ours, double Alternative)> MediansAsync(
        int runs, Func<CancellationToken, Task<double>> ours, Func<CancellationToken, Task<double>> alternative,
        CancellationToken cancellationToken)
    {
        await ours(cancellationToken);
        await alternative(cancellationToken);
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var run = 0; run < runs; run++)
        {
            mine.Add(await ours(cancellationToken));
            theirs.Add(await alternative(cancellationToken));
        }

        return (Median(mine), Median(theirs));
    }

    /// <summary>Sorts the samples.</summary>
    public static double Median(List<double> samples)
    {
        samples.Sort();
        var middle = samples.Count / 2;
        return samples.Count % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
    }
}
