using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>
/// What was measured, before it is judged. Those of several generators merge to exactly what one would have measured.
/// </summary>
public sealed class LoadMeasurement
{
    /// <summary>The plan's name; null of an engine that does not say.</summary>
    public string? Scenario { get; init; }

    /// <summary>When the load began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>From the first arrival due to the last completion, or to the end of the schedule where that was later.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Per step; a scenario of several has the row <see cref="StepMeasure.Iteration"/> besides.</summary>
    public List<StepMeasure> Steps { get; init; } = [];

    /// <summary>How much later than intended arrivals were begun: the generator's own delay.</summary>
    public Latencies Lag { get; init; } = new();

    /// <summary>Arrivals that were begun later than the plan's <see cref="LoadPlan.Late"/>.</summary>
    public long Late { get; set; }

    /// <summary>Arrivals that were due until the run ended; in the closed model the iterations begun.</summary>
    public long Due { get; set; }

    /// <summary>Iterations begun.</summary>
    public long Begun { get; set; }

    /// <summary>Arrivals not begun, because too many were under way.</summary>
    public long Dropped { get; set; }

    /// <summary>Iterations still under way when the patience was over.</summary>
    public long Unfinished { get; set; }

    /// <summary>The timeline.</summary>
    public List<LoadWindow> Windows { get; init; } = [];

    /// <summary>How each generator fared.</summary>
    public List<GeneratorHealth> Generators { get; init; } = [];

    /// <summary>Why it ended before its time; null when it did not.</summary>
    public string? EndedEarly { get; set; }

    /// <summary>What went wrong before or around the load: a failed setup, a generator that died. Null when nothing did.</summary>
    public string? Broken { get; set; }

    /// <summary>The row that stands for the whole scenario; null when nothing was measured.</summary>
    [JsonIgnore]
    public StepMeasure? Whole => Steps.Find(step => step.Name == StepMeasure.Iteration) ?? (Steps.Count == 1 ? Steps[0] : SumOfSteps());

    /// <summary>Successful completions per second over the time that really passed.</summary>
    public double Throughput(StepMeasure step) => Elapsed <= TimeSpan.Zero ? 0 : step.Latency.Count / Elapsed.TotalSeconds;

    /// <summary>
    /// How many failed so. An iteration has the kind of its first failed step, which is counted already; one that failed outside of
    /// its steps has a kind of its own.
    /// </summary>
    internal long FailedAs(string kind)
    {
        long Of(bool isIteration) => Steps.Where(step => step.Name == StepMeasure.Iteration == isIteration)
            .Sum(step => step.Errors.GetValueOrDefault(kind));
        return Math.Max(Of(isIteration: true), Of(isIteration: false));
    }

    /// <summary>Adds what another generator measured in the same run.</summary>
    public void Add(LoadMeasurement other)
    {
        if (other.Elapsed > Elapsed) Elapsed = other.Elapsed;
        foreach (var step in other.Steps)
        {
            if (Steps.Find(own => own.Name == step.Name) is not { } own) Steps.Add(own = new(step.Name));
            own.Add(step);
        }

        Lag.Add(other.Lag);
        (Late, Due, Begun) = (Late + other.Late, Due + other.Due, Begun + other.Begun);
        (Dropped, Unfinished) = (Dropped + other.Dropped, Unfinished + other.Unfinished);
        for (var i = 0; i < other.Windows.Count; i++)
            if (i < Windows.Count) Windows[i] = Windows[i].With(other.Windows[i]);
            else Windows.Add(other.Windows[i]);
        Generators.AddRange(other.Generators);
        EndedEarly ??= other.EndedEarly;
        Broken ??= other.Broken;
    }

    private StepMeasure? SumOfSteps()
    {
        if (Steps.Count == 0) return null;
        var sum = new StepMeasure("(all steps)");
        foreach (var step in Steps) sum.Add(step);
        return sum;
    }
}
