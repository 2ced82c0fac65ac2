using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Measures two releases in turn and judges the new one.</summary>
internal sealed class CompareVerb : Command
{
    private const string Unreachable = "the release that serves could not be asked for its address: the runner's note says why; mend that, "
        + "then deploy again";

    private readonly LoadOptions _load = new();
    private readonly Option<string?> _old = new("--old")
    {
        Description = "Where the old release answers. Default in the gate of a deployment: the release that serves.",
    };

    private readonly Option<int> _rounds = new("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 3 };
    private readonly Option<int?> _wait = Alone.Option();
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
        Add(_wait);
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
        var engine = _load.Engine(parsed, _surroundings);
        var old = Old(parsed);
        var result = await Alone.RunAsync(plan, parsed.GetValue(_wait), _surroundings, () => old is not null
            ? new SideBySide(engine).RunAsync(plan, old, candidate, parsed.GetValue(_rounds), live, cancellationToken)
            : WithoutOldAsync(plan, engine, live, cancellationToken), cancellationToken);
        live?.End();
        // What an interrupted comparison has measured is written too.
        if (parsed.GetValue(_out) is { } into) await LoadFiles.WriteAsync(result, into, CancellationToken.None);
        if (parsed.GetValue(_ctrf) is { } ctrf) await LoadFiles.WriteCtrfAsync(result, ctrf, CancellationToken.None);
        await Summary.WriteAsync(_surroundings.Output, result);
        return ExitCode.Of(result.Verdict);
    }

    /// <summary>Null in the gate of a deployment beside whose candidate no release can be asked.</summary>
    private Uri? Old(ParseResult parsed)
    {
        var gate = DeploymentGate.Around(_surroundings);
        if ((parsed.GetValue(_old) ?? gate?.StableUrl) is { } old) return LoadOptions.Address(old);
        return gate is not null ? null : throw new LoadPlanException(
            $"compare needs --old, the old release's address; only the gate of a deployment sets {DeploymentGate.StableUrlVariable}");
    }

    private async Task<LoadResult> WithoutOldAsync(
        LoadPlan plan, ILoadEngine engine, ILoadWatcher? live, CancellationToken cancellationToken)
    {
        // That it could not be asked is no pass: limits against it stay, and are inconclusive.
        if (DeploymentGate.Around(_surroundings) is { StableIsUnreachable: true })
            return await new LoadTest(engine).RunAsync(
                SideBySide.Comparing(plan), cancellationToken, live, new BaselineJudge(plan, null) { WhyNone = Unreachable }.Judge);
        await _surroundings.Output.WriteLineAsync($"{plan.Name}: judged by its absolute limits only: no release can be asked beside this "
            + $"one ({DeploymentGate.StableUrlVariable} is not set)");
        return await new LoadTest(engine).RunAsync(
            plan with { Limits = [.. plan.Limits.Where(limit => limit.Tolerance is null)] }, cancellationToken, live);
    }
}
