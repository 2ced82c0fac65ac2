using ChainBridge.Machine;
using Xunit;

namespace ChainBridge.TestKit.Load;

/// <summary>Runs a load within an xUnit test.</summary>
public static class PerformanceTest
{
    /// <summary>Where the reports of a test are written, below the test assembly's folder.</summary>
    public const string Folder = "TestResults/load";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Runs a plan while no other load of this machine does, writes its reports, attaches them to the test and says its verdict in the
    /// test's output. It throws unless the verdict is a pass: an inconclusive run is no green test.
    /// </summary>
    /// <param name="engine">What makes the load; null for a process of its own.</param>
    /// <exception cref="LoadVerdictException">The verdict is another than a pass.</exception>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellationToken, ILoadEngine? engine = null)
    {
        var result = await JudgeAsync(plan, cancellationToken, engine).ConfigureAwait(false);
        result.ShouldPass();
        return result;
    }

    /// <summary>The same, for a test that expects another verdict.</summary>
    public static async Task<LoadResult> JudgeAsync(LoadPlan plan, CancellationToken cancellationToken, ILoadEngine? engine = null)
    {
        await using var alone = await FileLock.TakeAsync(Path.Combine(Path.GetTempPath(), "chainbridge-load.lock"), LongestWait,
            TimeProvider.System, () => Say($"{plan.Name}: waits for another load of this machine to end"), cancellationToken)
                .ConfigureAwait(false);
        var result = await new LoadTest(engine ?? LoadEngine.Process(TimeProvider.System)).RunAsync(plan, cancellationToken)
            .ConfigureAwait(false);
        var files = await LoadFiles.WriteAsync(result, Path.Combine(AppContext.BaseDirectory, Folder), cancellationToken)
            .ConfigureAwait(false);
        foreach (var file in files.Where(file => Path.GetExtension(file) is ".md" or ".html"))
            TestContext.Current.AddAttachment(Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellationToken)
                .ConfigureAwait(false));
        Say(result.Reason);
        foreach (var step in result.Measurement.Steps)
            Say($"{step.Name}: {step.Latency.Count} done, {step.Failed.Count} failed, {result.Measurement.Throughput(step):0.#}/s, "
                + $"p50 {step.Latency.Percentile(50).TotalMilliseconds:0.0} ms, p95 {step.Latency.Percentile(95).TotalMilliseconds:0.0} "
                    + $"ms, "
                + $"p99 {step.Latency.Percentile(99).TotalMilliseconds:0.0} ms");
        Say($"reports: {Path.Combine(AppContext.BaseDirectory, Folder, plan.Name)}.html");
        return result;
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
