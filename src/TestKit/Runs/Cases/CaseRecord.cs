using System.Collections.Concurrent;
using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Clocks;
using ChainBridge.TestKit.Runs.Ladder;
using ChainBridge.TestKit.Runs.Order;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Cases;

/// <summary>What is known of one selected test case; changed only under the lock of <see cref="BudgetMessageBus"/>.</summary>
internal sealed class CaseRecord(
    IXunitTestCase testCase, BudgetClock clock, CasePolicy policy, bool skipQuarantined, Func<IXunitTest, ScopedTest> scopeOf)
{
    private readonly ConcurrentQueue<ScopedTest> _scopes = new();

    public IXunitTestCase Case { get; } = testCase;

    /// <summary>The clock of its category, or of the tests without one.</summary>
    public BudgetClock Clock { get; } = clock;

    /// <summary>What its attributes ask for.</summary>
    public CasePolicy Policy { get; } = policy;

    /// <summary>Why it is skipped though xUnit does not know; null when it is not.</summary>
    public string? SkippedByPolicy { get; } = skipQuarantined && policy is { Quarantine: { } quarantine, Problem: null }
        ? $"quarantined ({quarantine.Issue}), not run"
        : null;

    /// <summary>xUnit began with it.</summary>
    public bool Started { get; set; }

    /// <summary>It was given up: what it still reports is ignored.</summary>
    public bool Closed { get; set; }

    /// <summary>The tests it consists of, once known; a theory may have many.</summary>
    public IReadOnlyCollection<IXunitTest> Planned { get; set; } = [];

    /// <summary>The theory whose rows are being read, for people; null when they are known, or were not asked for yet.</summary>
    public string? Reading { get; set; }

    /// <summary>What its tests are blamed for beside their result, by id.</summary>
    public Dictionary<string, string> Blame { get; } = [];

    /// <summary>The ones that began, by id.</summary>
    public Dictionary<string, ITestStarting> Begun { get; } = [];

    /// <summary>The ones with a result, by id.</summary>
    public HashSet<string> Judged { get; } = [];

    /// <summary>The ones that ended, by id.</summary>
    public HashSet<string> Ended { get; } = [];

    /// <summary>What its tests came to.</summary>
    public RunSummary Summary;

    /// <summary>All its results are out.</summary>
    public bool IsReported { get; set; }

    /// <summary>It is skipped whatever happens.</summary>
    public bool IsSkipped => SkippedByPolicy is not null || Case is { SkipReason: not null, SkipUnless: null, SkipWhen: null };

    /// <summary>It reports skipped or not run without taking time, so its budget does not matter.</summary>
    public bool NeverRuns(ExplicitOption option) => IsSkipped || option == (Case.Explicit ? ExplicitOption.Off : ExplicitOption.Only);

    /// <summary>The scopes of its tests that began, one per attempt.</summary>
    public IReadOnlyCollection<ScopedTest> Scopes => _scopes;

    /// <summary>Makes the scope of a test that begins.</summary>
    public ScopedTest OpenScope(IXunitTest test)
    {
        var scoped = scopeOf(test);
        _scopes.Enqueue(scoped);
        return scoped;
    }

    /// <summary>The line about the evidence of a test's last failed attempt, if that is already known.</summary>
    public string EvidenceOf(string testId) => _scopes.Where(scoped => scoped.Scope.Id == testId).Select(scoped => scoped.EvidenceLine)
        .LastOrDefault(line => line is not null) ?? "";
}
