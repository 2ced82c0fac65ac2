namespace ChainBridge.TestKit.Load;

/// <summary>One window of a run, a second as a rule: a point of the timeline and a sample of a comparison.</summary>
/// <param name="At">When it began, from the beginning of the load.</param>
/// <param name="For">How long it really was.</param>
/// <param name="Begun">Iterations begun in it.</param>
/// <param name="InFlight">Under way at its end.</param>
public sealed record LoadWindow(TimeSpan At, TimeSpan For, IReadOnlyList<StepWindow> Steps, long Begun, long InFlight)
{
    /// <summary>All steps' completions that did what was expected.</summary>
    public long Succeeded => Steps.Sum(step => step.Latency.Count);

    /// <summary>All steps' failures.</summary>
    public long Failed => Steps.Sum(step => step.Failed);

    /// <summary>The same window of two generators.</summary>
    public LoadWindow With(LoadWindow other) => new(At, For > other.For ? For : other.For,
        [.. Steps.Concat(other.Steps).GroupBy(step => step.Name).Select(same => same.Aggregate((one, two) => one.With(two)))],
        Begun + other.Begun, InFlight + other.InFlight);
}
