using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Finds the highest rate that holds the limits.</summary>
internal sealed class FindLimitVerb : Command
{
    private readonly LoadOptions _load = new();
    private readonly Option<double> _from = new("--from") { Description = "The rate to begin with.", DefaultValueFactory = _ => 50 };
    private readonly Option<double> _upTo = new("--up-to") { Description = "The highest to try.", DefaultValueFactory = _ => 100_000 };
    private readonly Option<int> _each = new("--seconds") { Description = "How long each rate is tried.", DefaultValueFactory = _ => 10 };
    private readonly Option<int?> _wait = Alone.Option();
    private readonly Surroundings _surroundings;

    public FindLimitVerb(Surroundings surroundings) : base("find-limit", "Finds the highest arrival rate that holds the scenario's limits.")
    {
        _surroundings = surroundings;
        _load.AddTo(this);
        Add(_from);
        Add(_upTo);
        Add(_each);
        Add(_wait);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _load.Plan(parsed, _surroundings);
        var test = new LoadTest(_load.Engine(parsed, _surroundings));
        var search = new LimitSearch((part, stop) => test.RunAsync(part, stop))
        {
            From = parsed.GetValue(_from), UpTo = parsed.GetValue(_upTo), Each = TimeSpan.FromSeconds(parsed.GetValue(_each)),
        };
        var (told, code) = await Alone.RunAsync(plan, parsed.GetValue(_wait), _surroundings, async () =>
        {
            var found = await search.FindAsync(plan, probe => _surroundings.Errors.WriteLine(
                $"{probe.Rate,10:0.#}/s  {probe.Verdict.ToString().ToLowerInvariant(),-12} {probe.Reason}"), cancellationToken);
            return ($"{found}", found.Held > 0 ? ExitCode.Passed : found.ByGenerator ? ExitCode.Inconclusive : ExitCode.Failed);
        }, busy => (busy, ExitCode.Inconclusive), cancellationToken);
        await _surroundings.Output.WriteLineAsync($"{plan.Name}: {told}");
        return code;
    }
}
