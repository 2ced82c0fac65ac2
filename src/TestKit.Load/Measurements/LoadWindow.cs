namespace ChainBridge.TestKit.Load;

/// <summary>One window of a run, a second as a rule: a point of the timeline and a sample of a comparison.</summary>
/// <param name="At">When it began, from the beginning of the load.</param>
/// <param name="For">How long it really was.</param>
/// <param name="Begun">Iterations begun in it.</param>
/// <param name="InFlight">Under way at its end.</param>
public sealed record LoadWindow(TimeSpan At, TimeSpan For, IReadOnlyList<StepWindow> Steps, long Begun, long InFlight)
{
    /// <summary>Arrivals not begun in it, because too many were under way.</summary>
    public long Dropped { get; init; }

    /// <summary>All steps' completions that did what was expected; the iterations' of a scenario that names no step.</summary>
    public long Succeeded => Named.Sum(step => step.Latency.Count);

    /// <summary>All steps' failures, or those of the iterations where more of them failed: outside of their steps.</summary>
    public long Failed => Math.Max(Named.Sum(step => step.Failed), Whole?.Failed ?? 0);

    /// <summary>The row of the iterations; null of a scenario of one request, whose iteration is the request.</summary>
    internal StepWindow? Whole => Steps.FirstOrDefault(step => step.Name == StepMeasure.Iteration);

    /// <summary>The steps, without the iterations that they are in; these alone where no step is named.</summary>
    internal IEnumerable<StepWindow> Named =>
        Steps.Where(step => step.Name != StepMeasure.Iteration || Steps.Count == 1);

    /// <summary>The same window of two generators.</summary>
    public LoadWindow With(LoadWindow other) => new(At, For > other.For ? For : other.For,
        [.. Steps.Concat(other.Steps).GroupBy(step => step.Name).Select(same => same.Aggregate((one, two) => one.With(two)))],
        Begun + other.Begun, InFlight + other.InFlight) { Dropped = Dropped + other.Dropped };
}
