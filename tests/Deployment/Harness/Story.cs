using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>A course of events on one environment, run once; each test then checks one thing about it.</summary>
public abstract class Story
{
    /// <summary>Every run, in order.</summary>
    public IReadOnlyList<RunResult> Runs { get; private set; } = [];

    public RunResult? Down { get; private set; }

    /// <summary>What was left of the environment after it was taken down.</summary>
    public IReadOnlyList<string> Leftovers { get; private set; } = [];

    protected abstract Task RunAsync(Lab lab, CancellationToken cancellationToken);

    /// <summary>Opens the environment of the story.</summary>
    protected virtual Task<Lab> OpenAsync(string target, CancellationToken cancellationToken) => Lab.OpenAsync(target, cancellationToken);

    public virtual async Task RunAsync(string target, CancellationToken cancellationToken)
    {
        await using var lab = await OpenAsync(target, cancellationToken);
        ExceptionDispatchInfo? broken = null;
        try
        {
            await RunAsync(lab, cancellationToken);
        }
        catch (Exception failure)
        {
            broken = ExceptionDispatchInfo.Capture(failure);
        }

        try
        {
            (Down, Leftovers) = await lab.DownAsync(CancellationToken.None);
            Runs = [.. lab.Runs];
        }
        catch (TimeoutException) when (broken is not null)
        {
            // The first error is the one to read; the lab goes down once more when it is disposed.
        }

        broken?.Throw();
    }
}

/// <summary>
/// The stories of a test class, one for each target, run when first asked for. A story that breaks fails the test that
/// asked first; the others did not run, and are reported as such.
/// </summary>
public sealed class Stories<T> where T : Story, new()
{
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> _stories = new();

    public async Task<T> OnAsync(string target)
    {
        var mine = new Lazy<Task<T>>(() => RunAsync(target));
        var story = _stories.GetOrAdd(target, mine);
        try
        {
            return await story.Value;
        }
        catch (Exception broken) when (story != mine && broken is not SkipException)
        {
            Assert.Skip($"not run: {typeof(T).Name} broke on {target}, and the test that began it has failed with it: "
                + $"{broken.Message.Split('\n')[0]}");
            throw;
        }
    }

    private static async Task<T> RunAsync(string target)
    {
        var story = new T();
        await story.RunAsync(target, TestContext.Current.CancellationToken);
        foreach (var run in story.Runs)
            TestContext.Current.TestOutputHelper?.WriteLine($"{run.Took.TotalSeconds,5:0.0} s  {run.Command} → {run.ExitCode}");
        return story;
    }
}
