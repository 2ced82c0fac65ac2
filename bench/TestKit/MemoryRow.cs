namespace ChainBridge.Bench.TestKit;

/// <summary>
/// What a test process takes more of memory, at its peak, when its one test has a database and a key space instead of nothing.
/// </summary>
internal static class MemoryRow
{
    private const int Runs = 5;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        foreach (var project in new[] { "bench/EmptyRun", "tests/TestKit.Sample" })
            await Child.UntilExitAsync(Child.Start(root, "dotnet", ["build", project, "-c", "Release", "-v", "quiet", "--nologo"]), 0,
                cancellationToken);
        var (ours, empty) = await Sampler.MediansAsync(Runs,
            stop => Peak("tests/TestKit.Sample/bin/Release/net10.0/ChainBridge.Tests.TestKit.Sample.dll",
                ["-class", "ChainBridge.Tests.TestKit.Sample.TakesBoth"], stop),
            stop => Peak("bench/EmptyRun/bin/Release/net10.0/ChainBridge.Bench.EmptyRun.dll", [], stop), cancellationToken);
        return [new("memory of the test process above an empty xUnit run", "MB", ours - empty, null, null, "≤ 40 MB",
            ours - empty <= 40, Runs)];

        Task<double> Peak(string dll, string[] arguments, CancellationToken stop) =>
            Child.PeakMegabytesAsync(Child.Start(root, "dotnet", [Path.Combine(root, dll), .. arguments]), stop);
    }
}
