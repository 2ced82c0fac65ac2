using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Runs;

/// <summary>Runs the hooks of a run that failed, after its way back. They can change no verdict.</summary>
internal sealed class FailureHooks(DeploymentRun run)
{
    public async Task RunAsync(FlowResult result)
    {
        // Beside the work of another runner, or of a release that serves, nothing failed that a hook could put right.
        if (run.Promoted || result.Failure is not { } failure || failure == Failure.Locked || run.Context.Hooks is not { } hooks) return;
        foreach (var hook in run.Context.Manifest.Hooks.Where(hook => hook.Point == HookPoint.Failure))
        {
            var variables = HookVariables.Of(run, hook);
            variables["CHAINBRIDGE_FAILURE"] = failure.ToString();
            variables["CHAINBRIDGE_SUMMARY"] = run.Context.Runner.Redactor.Hide(result.Summary);
            try
            {
                // The run may have been interrupted; the hook's own timeout bounds it.
                var ended = await hooks.RunAsync(hook, variables, CancellationToken.None);
                run.Report(ended.Verdict == Verdict.Pass
                    ? new Note($"hook {hook.Name}: {ended.Summary}")
                    : new Warning($"hook {hook.Name}: {ended.Summary}"));
            }
            catch (Exception unforeseen)
            {
                run.Report(new Warning($"hook {hook.Name} could not be run: {unforeseen.Message}"));
            }
        }
    }
}
