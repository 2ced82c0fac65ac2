using System.CommandLine;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class PlanVerb : Verb
{
    private readonly Option<string?> _rollback = new("--rollback")
    {
        Description = "Plan a rollback instead: to the version named, or to the last stable release.", Arity = ArgumentArity.ZeroOrOne,
    };

    public PlanVerb() : base("plan", "Prints what deploy would do, command by command; changes nothing.") => Options.Add(_rollback);

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var log = new PlanLog();
        var back = invocation.Parsed.GetResult(_rollback) is not null;
        var context = await invocation.OpenPlannedAsync(log, fromSource: !back, cancellationToken);
        var deployments = new Deployments(context);
        if (back) await deployments.PlanRollbackAsync(invocation.Parsed.GetValue(_rollback), force: false, log, cancellationToken);
        else await deployments.PlanAsync(new DeployOptions(), log, cancellationToken);
        foreach (var (index, step) in log.Steps.Index()) invocation.Reporter.Report(new StepPlanned(index + 1, step));
        return FlowResult.Done($"{Plural.Of(log.Steps.Count, "step")} planned for {context.Platform.Description}; nothing was changed");
    }
}
