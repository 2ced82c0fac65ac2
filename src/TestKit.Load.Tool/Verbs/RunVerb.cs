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
        new("--baselines") { Description = "The folder of baselines. Default in the gate of a deployment: load, beside the journal." };
    private readonly Option<string?> _against =
        new("--against")
        {
            Description = "The release to compare with. Default: the newest baseline; in the gate of a deployment the stable release.",
        };

    private readonly Option<string?> _save =
        new("--save-baseline")
        {
            Description = "Keep the result as the baseline of this release, if it passed. Default in the gate of a deployment: its own.",
        };

    private readonly Option<int?> _wait = Alone.Option();

    private readonly Surroundings _surroundings;

    public RunVerb(Surroundings surroundings) : base("run", "Runs a scenario and judges it.")
    {
        _surroundings = surroundings;
        _load.AddTo(this);
        Add(_wait);
        foreach (var option in new[] { _out, _ctrf, _marks, _baselines, _against, _save }) Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _load.Plan(parsed, _surroundings);
        var kept = Baselines.Of(parsed.GetValue(_baselines), parsed.GetValue(_against), parsed.GetValue(_save), _surroundings);
        var judge = await kept.JudgeAsync(plan, cancellationToken);
        Check(parsed);
        var live = _load.Live(parsed, _surroundings);
        var engine = _load.Engine(parsed, _surroundings);
        var result = await Alone.RunAsync(plan, parsed.GetValue(_wait), _surroundings,
            () => new LoadTest(engine).RunAsync(plan, cancellationToken, live, judge.Judge), cancellationToken);
        live?.End();
        await Summary.WriteAsync(_surroundings.Output, result);
        // What an interrupted run has measured is written too.
        if (parsed.GetValue(_out) is { } into)
            await LoadFiles.WriteAsync(result, into, CancellationToken.None, await MarksAsync(parsed.GetValue(_marks)));
        if (parsed.GetValue(_ctrf) is { } ctrf) await LoadFiles.WriteCtrfAsync(result, ctrf, CancellationToken.None);
        await kept.SaveAsync(result, cancellationToken);
        return ExitCode.Of(result.Verdict);
    }

    /// <summary>Refuses what would be found out after the run only, and would cost its figures.</summary>
    private void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_out) is { } into) Writable.Check(into);
        if (parsed.GetValue(_ctrf) is { } ctrf) Writable.Check(Path.GetDirectoryName(Path.GetFullPath(ctrf))!);
        if (parsed.GetValue(_marks) is { } marks) _ = Read(marks);
    }

    /// <summary>Read at the end: what they tell of happens meanwhile.</summary>
    private async Task<IReadOnlyList<Mark>> MarksAsync(string? path)
    {
        try
        {
            return path is null ? [] : Read(path);
        }
        catch (LoadPlanException gone)
        {
            await _surroundings.Errors.WriteLineAsync($"the page has no marks: {gone.Message}");
            return [];
        }
    }

    private static IReadOnlyList<Mark> Read(string path)
    {
        try
        {
            using var lines = new StreamReader(path);
            return Mark.Read(lines);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new LoadPlanException($"the marks in {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
