using System.CommandLine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>Runs a scenario to its verdict.</summary>
internal sealed class RunVerb : Command
{
    private readonly LoadOptions _load = new();
    private readonly Option<string?> _out =
        new("--out") { Description = "A folder for HTML, Markdown, JSON, CTRF, OpenMetrics and histograms." };
    private readonly Option<string?> _ctrf = new("--ctrf") { Description = "Write the CTRF file of a gate here." };
    private readonly Option<string?> _marks =
        new("--marks") { Description = "JSON lines with 'at' and 'step' to mark on the timeline: a journal." };
    private readonly Option<string?> _baselines =
        new("--baselines") { Description = "The folder of baselines; beside the journal is a good place." };
    private readonly Option<string?> _against =
        new("--against") { Description = "The release to compare with. Default: the newest baseline." };
    private readonly Option<string?> _save =
        new("--save-baseline") { Description = "Keep the result as the baseline of this release, if it passed." };
    private readonly Surroundings _surroundings;

    public RunVerb(Surroundings surroundings) : base("run", "Runs a scenario and judges it.")
    {
        _surroundings = surroundings;
        _load.AddTo(this);
        foreach (var option in new[] { _out, _ctrf, _marks, _baselines, _against, _save }) Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _load.Plan(parsed, _surroundings);
        var store = parsed.GetValue(_baselines) is { } folder ? new BaselineStore(folder) : null;
        if (parsed.GetValue(_save) is not null && store is null)
            throw new LoadPlanException("--save-baseline needs --baselines: the folder to keep it in");
        var baseline = store is null ? null : await store.FindAsync(plan.Name, parsed.GetValue(_against), cancellationToken);
        var judge = new BaselineJudge(plan, baseline);
        var live = _load.Live(parsed, _surroundings);
        var result = await new LoadTest(_load.Engine(parsed, _surroundings)).RunAsync(plan, cancellationToken, live, judge.Judge);
        live?.End();
        // Also what an interrupted run has measured is written.
        if (parsed.GetValue(_out) is { } into)
            await LoadFiles.WriteAsync(result, into, CancellationToken.None, Marks(parsed.GetValue(_marks)));
        if (parsed.GetValue(_ctrf) is { } ctrf) await LoadFiles.WriteCtrfAsync(result, ctrf, CancellationToken.None);
        await Summary.WriteAsync(_surroundings.Output, result);
        if (parsed.GetValue(_save) is { } version) await store!.SaveAsync(result, version, cancellationToken);
        return ExitCode.Of(result.Verdict);
    }

    private static IReadOnlyList<Mark> Marks(string? path)
    {
        if (path is null) return [];
        try
        {
            using var lines = new StreamReader(path);
            return Mark.Read(lines);
        }
        catch (IOException unreadable)
        {
            throw new LoadPlanException($"the marks in {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
