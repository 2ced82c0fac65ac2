using System.Collections.Concurrent;
using Xunit;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>A course of events on one environment, told once; each test then asks one question about it.</summary>
public abstract class Story
{
    /// <summary>Every run, in order.</summary>
    public IReadOnlyList<RunResult> Runs { get; private set; } = [];

    public RunResult? Down { get; private set; }

    /// <summary>What was left of the environment after it was taken down.</summary>
    public IReadOnlyList<string> Leftovers { get; private set; } = [];

    protected abstract Task TellAsync(Lab lab, CancellationToken cancellationToken);

    public async Task TellAsync(string target, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.OpenAsync(target, cancellationToken);
        try
        {
            await TellAsync(lab, cancellationToken);
        }
        finally
        {
            (Down, Leftovers) = await lab.DownAsync(CancellationToken.None);
            Runs = [.. lab.Runs];
            if (Environment.GetEnvironmentVariable("TRACE_STORY") is { } trace) File.AppendAllLines(trace, Runs.Select(run => $"{GetType().Name} {run.Took.TotalSeconds:0.0} {run.Command} -> {run.ExitCode} {string.Join(" ", run.Events.Where(e => e.Event == "step-ended").Select(e => $"{e.Step}:{e["milliseconds"]}"))}").Concat(Leftovers));
        }
    }
}

/// <summary>The stories of a test class, one for each target, told when first asked for.</summary>
public sealed class Stories<T> where T : Story, new()
{
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> _told = new();

    public Task<T> OnAsync(string target) => _told.GetOrAdd(target, name => new Lazy<Task<T>>(() => TellAsync(name))).Value;

    private static async Task<T> TellAsync(string target)
    {
        var story = new T();
        await story.TellAsync(target, TestContext.Current.CancellationToken);
        return story;
    }
}
