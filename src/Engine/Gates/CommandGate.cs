using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.Gates;

/// <summary>Runs one command and believes its result files, not its words; its exit code can only make things worse.</summary>
/// <param name="workingDirectory">The manifest's folder.</param>
public sealed class CommandGate(IGateProcess process, TimeProvider time, string workingDirectory)
{
    private const string Log = "command.log";

    /// <summary>What a command ends with that could not tell, if its result files say so too; the runner itself ends so.</summary>
    private const int CouldNotTell = 14;

    /// <summary>Runs the command; answers its evidence and what its files counted. Throws only when cancelled.</summary>
    /// <param name="folder">
    /// The command's own folder; must exist. Its log is in it, and the folder that <c>{results}</c> stands for.
    /// </param>
    public async Task<(IReadOnlyList<Evidence> Evidence, TestCounts Counts)> RunAsync(
        GateCommandSpec command, GateSubject subject, string folder, CancellationToken cancellationToken)
    {
        var results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
        if (Unknown(command, subject) is { } unknown) return ([unknown], new TestCounts(0, 0, 0));
        var arguments = command.Run.Select(argument => Fill(argument, subject, results)).ToList();
        var request = new GateProcessRequest(arguments, workingDirectory, GateVariables.Of(subject, results),
            Path.Combine(folder, Log));
        var pattern = ResultPattern.Of(command.Results, workingDirectory, results);
        var asked = $"{string.Join(' ', arguments)} ({command.Name})";
        var before = await ApartAsync(() => pattern.Remember(cancellationToken), cancellationToken);
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
            return ([Say(asked, $"did not end within {command.Timeout.TotalSeconds:0.###} s and was stopped; its output: {request.LogFile}",
                Verdict.Fail)], new TestCounts(0, 0, 0));
        }

        var (evidence, counts) = await ApartAsync(() => ReadResults(command, pattern, before, began, cancellationToken), cancellationToken);
        if (ended.Note is { } note) evidence.Add(Say(asked, note, Verdict.Pass));
        var told = $"ended with exit code {ended.ExitCode}; its output: {request.LogFile}";
        var undecided = ended.ExitCode == CouldNotTell && evidence.Exists(piece => piece.Verdict == Verdict.Inconclusive)
            && !evidence.Exists(piece => piece.Verdict == Verdict.Fail);
        // A test that is named is worth more than the noise its runner ends with; without one the noise is all there is.
        if (ended.ExitCode != 0 && (undecided || counts.Failed > 0))
            evidence.Add(Say(asked, told, undecided ? Verdict.Inconclusive : Verdict.Fail));
        else if (ended.ExitCode != 0)
            evidence.Insert(0, Say(asked, $"{told}; the last of it:\n{ended.LastOutput}", Verdict.Fail));
        return (evidence, counts);
    }

    /// <summary>
    /// Files are read on a thread of their own, which is left behind when the time is over: a file system that does not
    /// answer must hold up neither the gate's budget nor a signal.
    /// </summary>
    private static Task<T> ApartAsync<T>(Func<T> read, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    private (List<Evidence> Evidence, TestCounts Counts) ReadResults(
        GateCommandSpec command, ResultPattern pattern, IReadOnlyDictionary<string, FileFacts> before, DateTimeOffset began,
        CancellationToken cancellationToken)
    {
        var (evidence, read) = (new List<Evidence>(), new List<(string File, ResultFile Result)>());
        foreach (var file in Found(pattern, evidence, cancellationToken))
        {
            try
            {
                var facts = FileFacts.Of(file);
                if (facts is { Regular: true } && ResultPattern.Staleness(facts, before, began, time.GetUtcNow()) is { } stale)
                    evidence.Add(Say(file, stale, Verdict.Fail));
                else
                    read.Add((file, ResultFile.Read(file, ResultReading.Of(command), cancellationToken)));
            }
            catch (ResultFileException broken)
            {
                evidence.Add(Say(file, broken.Message, Verdict.Fail));
            }
            catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
            {
                var what = $"reading it failed in a way that was not foreseen: {unforeseen.GetType().Name}: {unforeseen.Message}";
                evidence.Add(Say(file, what, Verdict.Fail));
            }
        }

        var results = read.ConvertAll(one => one.Result);
        evidence.AddRange(read.Select(one => Judge($"{command.Name}, {one.File}", one.Result, results)));
        return (evidence, results.Aggregate(new TestCounts(0, 0, 0), (sum, one) => sum + one.Counts));
    }

    private IReadOnlyList<string> Found(ResultPattern pattern, List<Evidence> evidence, CancellationToken cancellationToken)
    {
        try
        {
            var (files, searched) = pattern.Find(cancellationToken);
            if (files.Count == 0)
                evidence.Add(Say(pattern.Text, $"the command wrote no result file there; {searched}", Verdict.Fail));
            return files;
        }
        catch (ResultFileException endless)
        {
            evidence.Add(Say(pattern.Text, endless.Message, Verdict.Fail));
            return [];
        }
    }

    /// <summary>
    /// A file without an executed test says nothing, and fails. Only one that says it is a shard is judged with the other
    /// shards of the same plan: when all of them are there, and a test was executed in one of them, it had none to execute.
    /// </summary>
    private Evidence Judge(string asked, ResultFile result, IReadOnlyCollection<ResultFile> all)
    {
        if (result is not { Counts.Executed: 0, IsGreen: true, Shard: { } shard })
            return Say(asked, Shown.OnOneLine($"{result}"), result is { IsGreen: true, Counts.Executed: > 0 } ? Verdict.Pass
                : result.IsInconclusive ? Verdict.Inconclusive
                : Verdict.Fail);
        var siblings = all.Where(one => one.Shard is { } other && other with { Index = shard.Index } == shard).ToList();
        var present = siblings.Select(one => one.Shard!.Index).Distinct().Count();
        var executed = siblings.Sum(one => one.Counts.Executed);
        var part = $"{Shown.OnOneLine($"{result}")}; it is shard {shard.Index}/{shard.Count} of {shard.Of}, plan {shard.Plan}";
        if (present < shard.Count)
            return Say(asked, $"{part}, and {shard.Count - present} of the others left no file here: one command must run them all",
                Verdict.Fail);
        return executed == 0
            ? Say(asked, $"{part}, and neither did any other", Verdict.Fail)
            : Say(asked, $"{part}, and all {shard.Count} together executed {executed}", Verdict.Pass);
    }

    /// <summary>A service that the command refers to and that cannot be asked: without its address the command is not run.</summary>
    private Evidence? Unknown(GateCommandSpec command, GateSubject subject) =>
        References.Services([command]).FirstOrDefault(name => !subject.Services.ContainsKey(name)) is { } name
            ? Say($"{string.Join(' ', command.Run)} ({command.Name})", $"it asks for the address of {name}, which "
                + (subject.NoServices is { } away ? $"could not be had: {away}"
                    : subject.Doors.Count == 0 ? "is known only where the gate finds the release itself: leave --url out"
                    : "does not run in the slot or listens on no port: look at its log"),
                subject.NoServices is null && subject.Doors.Count > 0 ? Verdict.Fail : Verdict.Inconclusive)
            : null;

    private static string Fill(string text, GateSubject subject, string folder) => References
        .Fill(text, reference => References.Service(reference) is (var name, var field)
            ? field switch
            {
                "address" => subject.Services[name].HostAndPort,
                "inside" => Text(subject.Services[name].Inside),
                _ => Text(subject.Services[name].Here),
            }
            : $"${{{{ {reference} }}}}")
        .Replace("{results}", folder, StringComparison.Ordinal);

    private static string Text(Uri address) => address.ToString().TrimEnd('/');

    private Evidence Say(string asked, string answered, Verdict verdict) => new(asked, answered, verdict, time.GetUtcNow(), "runner");
}
