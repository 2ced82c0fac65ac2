using ChainBridge.DeployRunner.Gates.Formats;
using ChainBridge.DeployRunner.Manifest;

namespace ChainBridge.DeployRunner.Gates;

/// <summary>Runs one command and believes its result files, not its words; its exit code can only make things worse.</summary>
/// <param name="workingDirectory">The manifest's folder.</param>
public sealed class CommandGate(IGateProcess process, TimeProvider time, string workingDirectory)
{
    /// <summary>Files as old as this before the start still count as written by the run: file clocks tick coarsely.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the command; answers its evidence and what its files counted. Throws only when cancelled.</summary>
    /// <param name="folder">The command's own results folder; must exist.</param>
    public async Task<(IReadOnlyList<Evidence> Evidence, TestCounts Counts)> RunAsync(
        GateCommandSpec command, GateSubject subject, string folder, CancellationToken cancellationToken)
    {
        var arguments = command.Run.Select(argument => Fill(argument, folder)).ToList();
        var request = new GateProcessRequest(arguments, workingDirectory, Variables(subject, folder), Path.Combine(folder, "command.log"));
        var asked = $"{string.Join(' ', arguments)} ({command.Name})";
        var began = time.GetUtcNow();
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        GateProcessResult ended;
        try
        {
            ended = await process.RunAsync(request, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([Say(asked, $"did not end within {command.Timeout.TotalSeconds:0.###} s and was stopped; its output: {request.LogFile}", Verdict.Fail)], new TestCounts(0, 0, 0));
        }

        var evidence = new List<Evidence>();
        var counts = ReadResults(command, folder, began, evidence, cancellationToken);
        // A failed test that is named is worth more than the noise its runner ends with; without one the noise is all there is.
        if (ended.ExitCode != 0 && counts.Failed > 0) evidence.Add(Say(asked, $"ended with exit code {ended.ExitCode}; its output: {request.LogFile}", Verdict.Fail));
        else if (ended.ExitCode != 0) evidence.Insert(0, Say(asked, $"ended with exit code {ended.ExitCode}; its output: {request.LogFile}; the last of it:\n{ended.LastOutput}", Verdict.Fail));
        return (evidence, counts);
    }

    private TestCounts ReadResults(GateCommandSpec command, string folder, DateTimeOffset began, List<Evidence> evidence, CancellationToken cancellationToken)
    {
        var pattern = Path.GetFullPath(Fill(command.Results, folder), workingDirectory);
        var place = Path.GetDirectoryName(pattern)!;
        var files = Directory.Exists(place) ? Directory.GetFiles(place, Path.GetFileName(pattern)).Order(StringComparer.Ordinal).ToList() : [];
        var read = new List<(string File, ResultFile Result)>();
        if (files.Count == 0) evidence.Add(Say(pattern, "the command wrote no result file there", Verdict.Fail));
        foreach (var file in files)
        {
            if (new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) is var written && written < began - ClockTick)
            {
                evidence.Add(Say(file, $"the file is older ({written:u}) than the run ({began:u}): it says nothing about it", Verdict.Fail));
                continue;
            }

            try
            {
                read.Add((file, ResultFile.Read(file, ResultReading.Of(command), cancellationToken)));
            }
            catch (ResultFileException broken)
            {
                evidence.Add(Say(file, broken.Message, Verdict.Fail));
            }
        }

        var results = read.ConvertAll(one => one.Result);
        evidence.AddRange(read.Select(one => Judge($"{command.Name}, {one.File}", one.Result, results)));
        return results.Aggregate(new TestCounts(0, 0, 0), (sum, one) => sum + one.Counts);
    }

    /// <summary>
    /// A file without an executed test says nothing, and fails. Only one that says it is a shard is judged with the other
    /// shards of the same plan: when all of them are there, and a test was executed in one of them, it had none to execute.
    /// </summary>
    private Evidence Judge(string asked, ResultFile result, IReadOnlyCollection<ResultFile> all)
    {
        if (result is not { Counts.Executed: 0, IsGreen: true, Shard: { } shard }) return Say(asked, $"{result}", result is { IsGreen: true, Counts.Executed: > 0 } ? Verdict.Pass : Verdict.Fail);
        var siblings = all.Where(one => one.Shard is { } other && other with { Index = shard.Index } == shard).ToList();
        var present = siblings.Select(one => one.Shard!.Index).Distinct().Count();
        var executed = siblings.Sum(one => one.Counts.Executed);
        var part = $"{result}; it is shard {shard.Index}/{shard.Count} of {shard.Of}, plan {shard.Plan}";
        if (present < shard.Count) return Say(asked, $"{part}, and {shard.Count - present} of the others left no file here: one command must run them all", Verdict.Fail);
        return executed == 0 ? Say(asked, $"{part}, and neither did any other", Verdict.Fail) : Say(asked, $"{part}, and all {shard.Count} together executed {executed}", Verdict.Pass);
    }

    private static Dictionary<string, string?> Variables(GateSubject subject, string folder) => new()
    {
        ["CHAINBRIDGE_RESULTS"] = folder,
        ["CHAINBRIDGE_BASE_URL"] = subject.BaseUrl?.ToString().TrimEnd('/'),
        ["CHAINBRIDGE_EXPECT_VERSION"] = subject.ExpectedVersion,
    };

    private static string Fill(string text, string folder) => text.Replace("{results}", folder, StringComparison.Ordinal);

    private Evidence Say(string asked, string answered, Verdict verdict) => new(asked, answered, verdict, time.GetUtcNow(), "runner");
}
