using System.CommandLine;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;

namespace ChainBridge.DeployRunner.Cli;

/// <summary>Prints what an exit code means and what to do then, also where there is no manifest.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly Argument<int?> _code = new("code")
    {
        Description = "The exit code; without it all of them are listed.", Arity = ArgumentArity.ZeroOrOne,
    };

    public ExplainVerb() : base("explain", "What an exit code means: what serves then, what causes it, what to do.") =>
        Arguments.Add(_code);

    public override Task<FlowResult> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var pages = ExitCodePage.All();
        if (invocation.Parsed.GetValue(_code) is not { } code)
        {
            invocation.Reporter.Report(new Table("exit-code", [new ExitCodeRow((int)ExitCode.Done, "done, and the verdict is pass"),
                .. pages.Select(page => new ExitCodeRow(page.Code, page.Title))]));
            return Task.FromResult(FlowResult.Done($"{pages.Count + 1} exit codes", "deployrunner explain CODE prints the page of one"));
        }

        if (code == (int)ExitCode.Done) return Task.FromResult(FlowResult.Done("exit 0: done, and the verdict is pass"));
        var asked = pages.FirstOrDefault(page => page.Code == code) ?? throw new EngineException(Failure.Usage,
            $"the runner ends with no exit code {code}", $"they are: 0, {string.Join(", ", pages.Select(page => page.Code))}");
        invocation.Reporter.Report(asked);
        return Task.FromResult(FlowResult.Done($"exit {code}: {asked.Title}"));
    }
}
