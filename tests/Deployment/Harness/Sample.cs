using System.Globalization;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>
/// What a run takes of the matrix of scenarios and targets. The scenarios of one turn are run, each on one target; the next seeds bring
/// the other turns, then the other targets, then other steps at which a runner is killed.
/// </summary>
/// <param name="Seed">Null for all of it.</param>
public sealed record Sample(int? Seed)
{
    /// <summary>
    /// The trait of a scenario that is run in one of the turns, from 0; <c>eng/test.sh</c> chooses among them. Turns take about the same
    /// time. A scenario without one is part of every run.
    /// </summary>
    public const string Turn = "Turn";

    /// <summary>How many turns there are.</summary>
    public const int Turns = 16;

    private const string Variable = "CHAINBRIDGE_SAMPLE";

    /// <summary>What this run takes: all of it where CHAINBRIDGE_SAMPLE is not set.</summary>
    public static Sample OfThisRun { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } seed
        ? new(int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{Variable} is '{seed}': write a whole number, or leave it away for the whole matrix"))
        : new((int?)null);

    /// <summary>One of the columns for this row of a matrix; the rows next to it have others.</summary>
    public IReadOnlyList<T> Of<T>(int row, IReadOnlyList<T> columns) =>
        Seed is { } seed ? [columns[(row + (seed / Turns)) % columns.Count]] : columns;

    /// <summary>Every third of these, as turns of the targets go round.</summary>
    public IReadOnlyList<T> Third<T>(IReadOnlyList<T> all) =>
        Seed is { } seed ? [.. all.Where((_, place) => (place + (seed / Turns / 2)) % 3 == 0)] : all;

    /// <summary>One in so many of these, the next ones in the next round.</summary>
    /// <param name="parts">Has no divisor in common with the five rounds of which .ci/run takes two for other jobs.</param>
    public IReadOnlyList<T> OneIn<T>(int parts, IReadOnlyList<T> all) =>
        Seed is { } seed ? [.. all.Where((_, place) => (place + (seed / Turns)) % parts == 0)] : all;

    /// <summary>One of two, as turns of the targets go round.</summary>
    public IReadOnlyList<T> Half<T>(T one, T other) => Seed is { } seed ? [seed / Turns / 2 % 2 == 0 ? one : other] : [one, other];
}
