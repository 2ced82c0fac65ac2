using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Adds up measurements of runs that were made beside each other, and judges the sum.</summary>
internal sealed class MergeVerb : Command
{
    private readonly Argument<string> _scenario = new("scenario") { Description = "The scenario whose limits hold." };

    private readonly Argument<string[]> _files =
        new("files") { Description = "The *.measurement.json files.", Arity = ArgumentArity.OneOrMore };

    private readonly Option<string?> _out = new("--out") { Description = "A folder for the reports of the sum." };
    private readonly Surroundings _surroundings;

    public MergeVerb(Surroundings surroundings) : base("merge", "Adds up measurements of one run that several machines made, exactly.")
    {
        _surroundings = surroundings;
        Add(_scenario);
        Add(_files);
        Add(_out);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = ScenarioFile.Read(parsed.GetValue(_scenario)!, _surroundings.Variable);
        var measured = await LoadFiles.MergeAsync(parsed.GetValue(_files)!, cancellationToken);
        if (measured.Scenario is { } other && other != plan.Name)
            throw new LoadPlanException(
                $"the measurements are of the scenario '{other}', and {parsed.GetValue(_scenario)} is '{plan.Name}'");
        var result = LoadTest.Judge(plan, measured);
        if (parsed.GetValue(_out) is { } into) await LoadFiles.WriteAsync(result, into, cancellationToken);
        await Summary.WriteAsync(_surroundings.Output, result);
        return ExitCode.Of(result.Verdict);
    }
}
