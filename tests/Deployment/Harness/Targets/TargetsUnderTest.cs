using Xunit;

namespace ChainBridge.Tests.Deployment.Harness.Targets;

/// <summary>Every kind of target, as the rows of a theory.</summary>
public static class TargetsUnderTest
{
    public static IReadOnlyList<string> Names => [.. Kinds.Select(kind => kind.Name)];

    /// <summary>The targets that scenarios run on in this run: each in its turn, or all (<see cref="Sample"/>).</summary>
    /// <param name="scenario">Its place among the scenarios.</param>
    public static TheoryData<string> For(Scenario scenario) => [.. NamesFor(scenario)];

    /// <inheritdoc cref="For"/>
    public static IReadOnlyList<string> NamesFor(Scenario scenario) => Sample.OfThisRun.Of((int)scenario, Names);

    private static IReadOnlyList<TargetUnderTest> Kinds { get; } = [new ProcessUnderTest(), new ComposeUnderTest()];

    public static TargetUnderTest Named(string name) => Kinds.Single(kind => kind.Name == name);
}

/// <summary>The scenarios of every target. Neighbours run on different targets in a run that takes a sample.</summary>
public enum Scenario
{
    BrokenOff,
    Promotion,
    Doors,
    Refusals,
    FailedReleases,
    Gates,
    Rollbacks,
    TakenBack,
    Leaks,
    Retention,
}
