using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Runs;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

internal sealed class DoctorVerb()
    : Verb("doctor", "Checks the manifest, this machine and the environment; each finding with its next step. Changes nothing.")
{
    public override bool NeedsSecrets => true;

    public override async Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var results = await new Checkup(invocation, invocation.Time).RunAsync(cancellationToken);
        invocation.Reporter.Report(new Table("check", [.. results.Select(result => new CheckRow(
            result.Name, result.Verdict, result.Evidence, result.NextStep is { } next ? new(next) : null))]));
        if (CheckResult.Of(results) is not { } failure)
            return results.FirstOrDefault(result => result.Verdict == CheckVerdict.Warning) is { } warning
                ? FlowResult.Done($"{Plural.Of(results.Count, "check")}; {string.Join("; ", Counted(results))}", warning.NextStep)
                : FlowResult.Done($"{Plural.Of(results.Count, "check")}, all of them ok");
        var deciding = results.First(result => result.Failure == failure);
        return new FlowResult(failure, string.Join("; ", Counted(results)), deciding.NextStep);
    }

    private static IEnumerable<string> Counted(IReadOnlyList<CheckResult> results) =>
        from counted in new[]
        {
            (CheckVerdict.Problem, "problem"), (CheckVerdict.CouldNotAsk, "could not be asked"), (CheckVerdict.NotAsked, "not asked"),
            (CheckVerdict.Warning, "warning"),
        }
        let names = results.Where(result => result.Verdict == counted.Item1).Select(result => result.Name).ToList()
        where names.Count > 0
        select $"{counted.Item2}: {string.Join(", ", names)}";
}
