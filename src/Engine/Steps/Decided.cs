using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;

namespace ChainBridge.Engine.Steps;

/// <summary>What a gate means after a person decided on evidence of their own.</summary>
internal static class Decided
{
    /// <summary>Where a person decided already, "could not be asked" is a warning; a failure stays one.</summary>
    public static async Task UnlessDecidedAsync(this DeploymentRun run, bool decided, Func<Task> gate)
    {
        try
        {
            await gate();
        }
        catch (GateException undecided) when (decided && undecided.Result.Verdict == Verdict.Inconclusive)
        {
            run.Report(new Warning($"{undecided.Message}; promoted all the same, as asked"));
        }
    }
}
