using ChainBridge.TestKit.Runs.Theories;

namespace ChainBridge.TestKit.Runs.Attempts;

/// <summary>
/// Asked once for a test that failed, while what belongs to it lives. Returns the folder it wrote; null when there was nothing to write.
/// </summary>
internal delegate Task<string?> CollectEvidence(TestScope scope, TestEnding ending, CancellationToken cancellationToken);

/// <summary>
/// The end of one test's scope: evidence once, then the parts once, each with a deadline, whichever caller comes first. A test
/// that was given up and ends later all the same finds it done.
/// </summary>
internal sealed class ScopedTest(TestScope scope, CollectEvidence collect, TimeProvider time)
{
    /// <summary>The time for all evidence of a test together: 10 s.</summary>
    public static readonly TimeSpan EvidenceTime = TimeSpan.FromSeconds(10);

    /// <summary>The time for all parts of a test together: 10 s.</summary>
    public static readonly TimeSpan EndTime = TimeSpan.FromSeconds(10);

    /// <summary>A source or part that ends at the deadline has this long to report what it waited for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<string?>? _evidence;
    private Task? _end;

    public TestScope Scope { get; } = scope;

    /// <summary>
    /// The call of its method. It is ended when the test is left behind and its result is out: a lock of the console that stayed held
    /// would hold up every report.
    /// </summary>
    public EndableCall Method { get; } = new();

    /// <summary>Its outcome is known, and its parts end or have ended.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate) return _end is not null;
        }
    }

    /// <summary>What <see cref="CollectAsync"/> came to, if it has.</summary>
    public string? EvidenceLine
    {
        get
        {
            lock (_gate) return _evidence is { IsCompletedSuccessfully: true } done ? done.GetAwaiter().GetResult() : null;
        }
    }

    /// <summary>
    /// A line for the test's output: where the evidence is, or why there is none. Null when there is neither. Never throws.
    /// </summary>
    public Task<string?> CollectAsync(TestEnding ending)
    {
        lock (_gate) return _evidence ??= Task.Run(() => EvidenceAsync(ending));
    }

    /// <summary>Ends the parts.</summary>
    /// <exception cref="AggregateException">Parts that failed to end.</exception>
    /// <exception cref="TimeoutException">Parts had not ended in time.</exception>
    public Task EndAsync(TestEnding ending)
    {
        lock (_gate) return _end ??= Task.Run(() => PartsAsync(ending));
    }

    private async Task<string?> EvidenceAsync(TestEnding ending)
    {
        try
        {
            using var deadline = new CancellationTokenSource(EvidenceTime, time);
            return await collect(Scope, ending, deadline.Token).WaitAsync(EvidenceTime + Grace, time) is { } folder
                ? $"Evidence: {folder}"
                : null;
        }
        catch (Exception problem)
        {
            // The test has failed already, and with that it must be reported.
            return problem is TimeoutException or OperationCanceledException
                ? $"Evidence: none, it was not collected within {EvidenceTime.TotalSeconds} s"
                : $"Evidence: none, collecting it failed: {problem.Message}";
        }
    }

    private async Task PartsAsync(TestEnding ending)
    {
        using var deadline = new CancellationTokenSource(EndTime, time);
        var parts = Scope.EndAsync(ending, deadline.Token);
        try
        {
            await parts.WaitAsync(EndTime + Grace, time);
        }
        catch (TimeoutException) when (!parts.IsCompleted)
        {
            throw new TimeoutException(
                $"the test '{Scope.Name}' left parts that had not ended after {EndTime.TotalSeconds} s; they were left behind");
        }
    }
}
