using ChainBridge.Engine.Events;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Steps;

/// <summary>
/// Builds one after the other. Building comes before the lock, so two runners that start in the same moment would write
/// into the same folders; the second waits, and then finds what the first has built.
/// </summary>
internal static class Building
{
    /// <summary>The file that is locked while a runner builds for an environment.</summary>
    public const string Guard = "build.guard";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static async Task<IReadOnlyDictionary<string, Artifact>> RunAsync(
        FlowContext context, BuildRequest request, CancellationToken cancellationToken)
    {
        var reporter = context.Runner.Reporter;
        using var held = await context.State.Files.LockAsync(Path.Combine(context.Environment.StateDirectory, Guard), Patience,
            context.Runner.Time, () => reporter.Report(new Note("another runner is building for this environment; waiting for it")),
            cancellationToken);
        var built = await context.Platform.BuildAsync(request, new ReporterProgress(reporter), cancellationToken);
        await ForgetAsync(context, cancellationToken);
        return built;
    }

    /// <summary>
    /// Builds whose integration gate failed have no record that retention could go by. As many of the newest stay as releases: the one that
    /// was just built is among them, and those that other runners test now.
    /// </summary>
    private static async Task ForgetAsync(FlowContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.Platform.ForgetBuildsAsync(context.State.Releases.All(), context.Environment.Retain, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            context.Runner.Reporter.Report(new Warning($"builds that no release has could not be removed: {failure.Message}"));
        }
    }
}

/// <summary>Hands a build's progress on at once and in order; <see cref="Progress{T}"/> would do it later, elsewhere.</summary>
internal sealed class ReporterProgress(IReporter reporter) : IProgress<BuildProgress>
{
    public void Report(BuildProgress value) => reporter.Report(value switch
    {
        { Service: { } service, Passing: true } => new ServiceBuilding(service, value.Text),
        { Service: { } service } => new ServiceSettled(service, value.Text),
        _ => new Note(value.Text),
    });
}
