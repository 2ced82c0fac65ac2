using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class TestVerb() : Verb("test", "Runs the integration gate.")
{
    public override bool NeedsSecrets => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var context = await invocation.OpenAsync(cancellationToken);
        var gate = context.Manifest.Gates.Integration
            ?? throw new EngineException(Failure.Usage, "the manifest has no integration gate", "add gates.integration");
        OwnFolder.KeepFromGit(context);
        return GateAnswer.Of(await context.Gates.RunAsync("integration", gate, new GateSubject(null, null), cancellationToken),
            context.Runner.Reporter);
    }
}

/// <summary>A gate run on its own, as the end of a run.</summary>
internal static class GateAnswer
{
    public static FlowResult Of(GateResult result, IReporter reporter)
    {
        reporter.Report(new GateFinished(result));
        return result.Verdict switch
        {
            Verdict.Pass => FlowResult.Done($"{result.Gate} passed: {result.Summary}"),
            Verdict.Fail =>
                new FlowResult(Failure.GateFailed, $"{result.Gate} failed: {result.Summary}", "repair what the evidence names"),
            _ => new FlowResult(Failure.Inconclusive, $"{result.Gate} is inconclusive: {result.Summary}",
                "make the evidence obtainable, then run again"),
        };
    }
}
