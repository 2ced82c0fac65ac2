namespace ChainBridge.TestKit.Load.Verdicts;

/// <summary>
/// Failures of which no limit of the plan speaks, where others are spoken of: of other kinds, of other steps, and what was still under
/// way at the end. They may not happen, as none may in a plan that says nothing of errors.
/// </summary>
internal static class UnspokenErrors
{
    private const string NoKind = "of no known kind";

    /// <summary>How many of each kind there are; empty when there are none.</summary>
    public static Dictionary<string, long> Of(LoadPlan plan, LoadMeasurement measured)
    {
        var limits = plan.Limits.Where(limit => limit.Metric == LoadMetric.Errors).ToList();
        bool IsSpokenOf(string? step, string kind) => limits.Any(limit =>
            (limit.Step is null or StepMeasure.Iteration || limit.Step == step) && (limit.Kind is null || limit.Kind == kind));
        var rest = new Dictionary<string, long>();
        void Add(string? step, string kind, long count)
        {
            if (count > 0 && !IsSpokenOf(step, kind)) rest[kind] = rest.GetValueOrDefault(kind) + count;
        }

        var steps = measured.Steps.FindAll(step => step.Name != StepMeasure.Iteration);
        foreach (var step in steps)
        {
            foreach (var (kind, count) in step.Errors) Add(step.Name, kind, count);
            Add(step.Name, NoKind, step.Failed.Count - step.Errors.Values.Sum());
        }

        // An iteration fails as its step did, which is counted already; what is more came outside of the steps.
        foreach (var (kind, count) in measured.Steps.Find(step => step.Name == StepMeasure.Iteration)?.Errors ?? [])
            Add(null, kind, count - steps.Sum(step => step.Errors.GetValueOrDefault(kind)));
        Add(null, FailureKind.Unfinished, measured.Unfinished);
        return rest;
    }
}
