using HdrHistogram;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>Interval histograms in HdrHistogram's log format, a tag per step: its tools plot, cut and merge them.</summary>
internal static class HistogramLog
{
    public static void Write(Stream to, LoadMeasurement measured)
    {
        using var log = new HistogramLogWriter(to);
        log.Write(measured.StartedAt.UtcDateTime);
        // One at a time: all windows of an hour as histograms are gigabytes.
        foreach (var window in measured.Windows)
            foreach (var step in window.Steps.Where(step => step.Latency.Count > 0))
                log.Append(step.Latency.ForLog(Tag(step.Name), (measured.StartedAt + window.At).ToUnixTimeMilliseconds(),
                    (measured.StartedAt + window.At + window.For).ToUnixTimeMilliseconds()));
    }

    /// <summary>A tag has no comma, blank or line end.</summary>
    private static string Tag(string name) =>
        string.Concat(name.Select(letter => char.IsWhiteSpace(letter) || letter == ',' ? '_' : letter));
}
