using ChainBridge.Machine.Supervision;

namespace ChainBridge.Supervisor;

/// <summary>A unit while this supervisor lives. Callers hold the roster's lock.</summary>
internal sealed class Unit(UnitSpec spec, UnitReport report)
{
    public UnitSpec Spec => spec;

    public UnitReport Report { get; set; } = report;

    /// <summary>The process of now; null while nothing runs.</summary>
    public Child? Child { get; set; }

    /// <summary>Waits beside the process and starts the next one; completes when there will be no next one.</summary>
    public Task Life { get; set; } = Task.CompletedTask;

    /// <summary>The stop under way, shared by all callers that asked for it.</summary>
    public Task? Stop { get; set; }

    /// <summary>Cuts the pause before the next start short.</summary>
    public CancellationTokenSource Hurry { get; } = new();

    /// <summary>Whether something of it runs or will run again.</summary>
    public bool Alive => Report.Phase != UnitPhase.Ended;
}
