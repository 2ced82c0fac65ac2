using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Order;

namespace ChainBridge.TestKit.Runs.Results;

/// <summary>
/// What one run of one assembly came to, as it went out to the runner: what the result files hold, and what they have no place for.
/// </summary>
/// <param name="Assembly">Its name.</param>
/// <param name="Order">The seed that repeats it, and what part of the tests it was.</param>
/// <param name="Plan">Null when it was no shard.</param>
/// <param name="Tests">In the order of their ends.</param>
/// <param name="Errors">What failed outside of any test.</param>
/// <param name="Budgets">Of the categories that ran.</param>
internal sealed record RunReport(string Assembly, string Order, ShardPlan? Plan, DateTimeOffset Start, DateTimeOffset Stop,
    IReadOnlyList<TestReport> Tests, IReadOnlyList<string> Errors, IReadOnlyList<BudgetReport> Budgets)
{
    /// <summary>How many ended so.</summary>
    public int Count(TestOutcome outcome) => Tests.Count(test => test.Outcome == outcome);
}

/// <summary>How a test ended, in the words of every result format.</summary>
internal enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One test.</summary>
/// <param name="Name">Its display name, by which result files know it.</param>
/// <param name="Class">The full name of its class.</param>
/// <param name="Cause">Why it did not pass; <see cref="Cause.None"/> when it did.</param>
/// <param name="Note">What is known of its attempts.</param>
internal sealed record TestReport(string Name, string Class, TestOutcome Outcome, Cause Cause, TimeSpan Taken, AttemptNote Note);

/// <summary>Why a test did not pass.</summary>
/// <param name="Message">What it failed with, or why it was skipped.</param>
/// <param name="Evidence">The line about its evidence; empty when there is none.</param>
internal sealed record Cause(string Message, string Trace = "", string Evidence = "")
{
    public static Cause None { get; } = new("");
}

/// <summary>A category's budget and what was used of it.</summary>
/// <param name="Elsewhere">By other assemblies of the run, before this one began.</param>
internal sealed record BudgetReport(string Category, TimeSpan Budget, TimeSpan Used, TimeSpan Elsewhere);
