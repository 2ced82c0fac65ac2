using ChainBridge.Bench.FirstLight;

namespace ChainBridge.Bench.TestKit;

/// <summary>
/// From the start of a process to its first query on an isolated database, beside a plain Testcontainers start of the same image.
/// </summary>
internal static class StartRows
{
    private const int Runs = 9;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        if (!await Engine.AnswersAsync(cancellationToken))
            throw new InvalidOperationException("no Docker engine answers, and the alternative is a container: sudo eng/docker-engine.sh");
        var (native, first) = await Sampler.MediansAsync(Runs, Child("native"), Child("testcontainers"), cancellationToken);
        var (docker, second) = await Sampler.MediansAsync(Runs, Child("docker"), Child("testcontainers"), cancellationToken);
        return
        [
            new("native: process start to first query, isolated database", "ms", native, first, native / first, "≤ 0.15 ×",
                native <= 0.15 * first, Runs),
            new("docker: the same, of the same image", "ms", docker, second, docker / second, "≤ 0.7 ×", docker <= 0.7 * second, Runs),
        ];

        Func<CancellationToken, Task<double>> Child(string name) => stop => Bench.Child.UntilLineAsync(
            Bench.Child.Start(root, "dotnet", [Path.Combine(AppContext.BaseDirectory, "ChainBridge.Bench.dll"), "child", name]),
            line => line == Children.FirstAnswer, stop);
    }
}
