using ChainBridge.TestKit.Load;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Measurements made up for tests.</summary>
internal static class Measured
{
    public const string Step = "GET /";

    public static GeneratorHealth Quiet => new(0, "here", 0.2, 0, 0, 3, 10, 100)
    {
        Machine = new(2, 0.4, 0, 0.02, 0.01, 900, "a machine"),
    };

    public static LoadPlan Plan(params string[] limits) =>
        new("unit", HttpScenario.Get("/"), ArrivalRates.Constant(100, TimeSpan.FromSeconds(10)))
        {
            Target = new("http://127.0.0.1:1"), Limits = [.. limits.Select(LoadLimit.Parse)],
        };

    /// <summary>A step whose latencies lie in a line up to twice the middle.</summary>
    public static LoadMeasurement Of(int samples, double milliseconds, long late = 0, GeneratorHealth? generator = null, int windows = 1)
    {
        var measured = new LoadMeasurement
        {
            Elapsed = TimeSpan.FromSeconds(10), Due = Math.Max(samples, 1000), Begun = samples, Late = late,
            StartedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        if (generator is not null) measured.Generators.Add(generator);
        var step = new StepMeasure(Step);
        measured.Steps.Add(step);
        for (var window = 0; window < windows; window++)
        {
            var part = new Latencies();
            for (var i = 0; i < samples / windows; i++) part.Add(TimeSpan.FromMilliseconds(2 * milliseconds * (i
                + 1) / (samples / windows)));
            step.Latency.Add(part);
            step.Service.Add(part);
            measured.Windows.Add(new(TimeSpan.FromSeconds(window), TimeSpan.FromSeconds(1), [new(Step, part, 0, 0)], part.Count, 1));
        }

        return measured;
    }

    public static LoadMeasurement With(this LoadMeasurement measured, string error, long count)
    {
        measured.Steps[0].Errors[error] = count;
        for (var i = 0; i < count; i++) measured.Steps[0].Failed.Add(TimeSpan.FromMilliseconds(1));
        return measured;
    }
}
