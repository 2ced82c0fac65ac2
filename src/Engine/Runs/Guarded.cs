using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Runs;

/// <summary>Turns what can go wrong before a candidate stands into the documented exit codes.</summary>
internal sealed class Guarded(FlowContext context, DeploymentRun run)
{
    /// <summary>Runs the flow; answers for every exception it lets through.</summary>
    public async Task<FlowResult> RunAsync(Func<Task<FlowResult>> flow)
    {
        FlowResult result;
        try
        {
            result = await flow();
        }
        catch (OperationCanceledException)
        {
            result = run.End(Outcome.Interrupted,
                new FlowResult(ExitCode.Interrupted, "interrupted before the target was changed; nothing was left"));
        }
        catch (Exception failure) when (run.Attempt is null)
        {
            result = run.End(Outcome.Failed, Answer(failure));
        }

        RaiseAlerts();
        return result;
    }

    /// <summary>An alert that cannot be raised never changes the verdict.</summary>
    private void RaiseAlerts()
    {
        try
        {
            new Alerts(context, run).Raise();
        }
        catch (Exception failure)
        {
            context.Reporter.Report(new Warning($"the alerts could not be worked out: {failure.Message}"));
        }
    }

    /// <summary>What a failure means while the target is untouched.</summary>
    internal static FlowResult Answer(Exception failure) => failure switch
    {
        GateException { Result.Verdict: Verdict.Inconclusive } gate => new FlowResult(ExitCode.Inconclusive,
            $"{gate.Message}; nothing was deployed", "make the evidence obtainable, then deploy again"),
        GateException gate => new FlowResult(ExitCode.GateFailed, $"{gate.Message}; nothing was deployed",
            "repair what the evidence names, then deploy again"),
        RunnerException expected => new FlowResult(expected.ExitCode, expected.Message, expected.NextStep),
        _ => new FlowResult(ExitCode.GateFailed, $"{failure.GetType().Name}: {failure.Message}; nothing was deployed",
            "this was not foreseen: please report it with the output of --output json"),
    };
}
