namespace ChainBridge.TestKit.Load;

/// <summary>Shows a load while it runs: a line per window, or one that is written over on a terminal.</summary>
/// <param name="terminal">Whether lines may be written over.</param>
public sealed class LiveConsole(TextWriter to, bool terminal) : ILoadWatcher
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int Width = 20;
    private readonly Queue<double> _recent = new();
    private long _failed;

    /// <inheritdoc/>
    public string? Sees(LoadWindow window)
    {
        if (window.For.TotalMilliseconds < 200) return null;
        var latency = new Latencies();
        foreach (var step in window.Named) latency.Add(step.Latency);
        _failed += window.Failed;
        var p99 = latency.Percentile(99).TotalMilliseconds;
        _recent.Enqueue(p99);
        if (_recent.Count > Width) _recent.Dequeue();
        var line = $"{(window.At + window.For).TotalSeconds,6:0.0} s  {Figures.Rate(latency.Count / window.For.TotalSeconds),7}/s  "
            + $"p50 {Figures.Milliseconds(latency.Percentile(50)),7} ms  p95 {Figures.Milliseconds(latency.Percentile(95)),7} ms  "
            + $"p99 {Figures.Milliseconds(latency.Percentile(99)),7} ms  {_failed} failed  {window.InFlight} under way  {Sparkline()}";
        to.Write(terminal ? $"\r{line}\u001b[K" : line + "\n");
        to.Flush();
        return null;
    }

    /// <summary>Leaves the line that is written over.</summary>
    public void End()
    {
        if (terminal) to.WriteLine();
    }

    private string Sparkline()
    {
        var highest = _recent.Max();
        return string.Concat(_recent.Select(value =>
            Bars[highest <= 0 ? 0 : Math.Clamp((int)(value / highest * Bars.Length), 0, Bars.Length - 1)]));
    }
}
