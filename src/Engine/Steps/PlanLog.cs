using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>Collects a plan while its steps are applied on a host that only writes down.</summary>
public sealed class PlanLog
{
    private readonly List<(StepKind Kind, Slot? Slot, string? Service, List<string> Changes, List<string> Notes)> _steps = [];

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<PlannedStep> Steps =>
        [.. _steps.Select(step => new PlannedStep(step.Kind, step.Slot, step.Service, [.. step.Changes], [.. step.Notes]))];

    /// <summary>Writes a change down, to the step begun last. Builds write at the same time.</summary>
    public void Write(string change)
    {
        lock (_steps) _steps[^1].Changes.Add(change);
    }

    internal void Begin(StepKind kind, Slot? slot, string? service)
    {
        lock (_steps) _steps.Add((kind, slot, service, [], []));
    }

    internal void Note(string note)
    {
        lock (_steps) _steps[^1].Notes.Add(note);
    }
}
