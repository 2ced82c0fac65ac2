using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Measures two releases in turn and judges the new one.</summary>
internal sealed class CompareVerb : Command
{
    private readonly LoadOptions _load = new();
    private readonly Option<string> _old = new("--old") { Description = "Where the old release answers.", Required = true };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _out = new("--out") { Description = "A folder for the reports." };
    private readonly Option<string?> _ctrf = new("--ctrf") { Description = "Write the CTRF file of a gate here." };
    private readonly Surroundings _surroundings;

    public CompareVerb(Surroundings surroundings)
        : base("compare", "Measures --old and the target in turn on this machine, and says whether the target is slower.")
    {
        _surroundings = surroundings;
        _load.AddTo(this);
        Add(_old);
        Add(_rounds);
        Add(_out);
        Add(_ctrf);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _load.Plan(parsed, _surroundings);
        if (plan.Target is not { } candidate) throw new LoadPlanException("the scenario names no target: the new release's address");
        if (parsed.GetValue(_out) is { } folder) Writable.Check(folder);
        if (parsed.GetValue(_ctrf) is { } file) Writable.Check(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var live = _load.Live(parsed, _surroundings);
        var result = await new SideBySide(_load.Engine(parsed, _surroundings)).RunAsync(plan, LoadOptions.Address(parsed.GetValue(_old)!),
            candidate, parsed.GetValue(_rounds), live, cancellationToken);
        live?.End();
        // What an interrupted comparison has measured is written too.
        if (parsed.GetValue(_out) is { } into) await LoadFiles.WriteAsync(result, into, CancellationToken.None);
        if (parsed.GetValue(_ctrf) is { } ctrf) await LoadFiles.WriteCtrfAsync(result, ctrf, CancellationToken.None);
        await Summary.WriteAsync(_surroundings.Output, result);
        return ExitCode.Of(result.Verdict);
    }
}
