using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Gates;

/// <summary>Runs a gate: its probes, then its commands, within its budget; turns the evidence into one verdict.</summary>
/// <param name="resultsFolder">Each command gets a folder of its own under it.</param>
public sealed class GateRunner(ProbeGate probes, CommandGate commands, TimeProvider time, string resultsFolder) : IGateRunner
{
    /// <inheritdoc />
    public async Task<GateResult> RunAsync(string name, GateSpec gate, GateSubject subject, CancellationToken cancellationToken)
    {
        var before = subject.Way?.Connections ?? 0;
        var evidence = new List<Evidence>();
        var counts = new TestCounts(0, 0, 0);
        var started = time.GetTimestamp();
        using var budget = new CancellationTokenSource(gate.Budget, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            foreach (var probe in gate.Probes) evidence.Add(await probes.AskAsync(probe, subject, linked.Token));
            foreach (var command in gate.Commands)
            {
                var ran = await RunAsync(command, subject, name, linked.Token);
                evidence.AddRange(ran.Evidence);
                counts += ran.Counts;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            evidence.Add(new Evidence($"the whole {name} gate", $"did not end within its budget of {gate.Budget.TotalSeconds:0.###} s",
                Verdict.Fail, time.GetUtcNow(), "runner"));
        }

        var result = Judge(name, gate, evidence, gate.Commands.Count == 0 ? null : counts, time.GetElapsedTime(started), time.GetUtcNow());
        return result.Verdict == Verdict.Fail && await CutAsync(subject, before, cancellationToken) is { } cut
            ? result with { Verdict = Verdict.Inconclusive, Summary = $"{cut}, so this shows nothing: {result.Summary}" }
            : result;
    }

    /// <inheritdoc />
    public async Task<Evidence> AskAsync(ProbeSpec probe, GateSubject subject, CancellationToken cancellationToken)
    {
        var before = subject.Way?.Connections ?? 0;
        var evidence = await probes.AskAsync(probe, subject, cancellationToken);
        return evidence.Verdict == Verdict.Fail && await CutAsync(subject, before, cancellationToken) is { } cut
            ? evidence with { Verdict = Verdict.Inconclusive, Answered = $"{cut}, so this shows nothing: {evidence.Answered}" }
            : evidence;
    }

    private static async Task<string?> CutAsync(GateSubject subject, int before, CancellationToken cancellationToken) =>
        subject.Way is null ? null : await subject.Way.CutSinceAsync(before, cancellationToken);

    /// <summary>One verdict from all the evidence; nothing executed is a failure.</summary>
    internal static GateResult Judge(
        string name, GateSpec gate, IReadOnlyList<Evidence> evidence, TestCounts? counts, TimeSpan duration, DateTimeOffset now)
    {
        var all = evidence.ToList();
        if (counts is { } tests && tests.Skipped > gate.MaxSkipped)
            all.Add(new Evidence("skipped tests", $"{tests}; maxSkipped allows {gate.MaxSkipped}", Verdict.Fail, now, "runner"));
        if (counts is { Flaky: > 0 } unsteady && unsteady.Flaky > gate.MaxFlaky)
            all.Add(new Evidence("flaky tests", $"{unsteady}; maxFlaky allows {gate.MaxFlaky}", Verdict.Fail, now, "runner"));
        if (gate.Probes.Count == 0 && (counts?.Executed ?? 0) == 0 && all.All(piece => piece.Verdict == Verdict.Pass))
            all.Add(new Evidence($"the {name} gate", "nothing was executed: no probe and no test", Verdict.Fail, now, "runner"));
        var worst = all.FirstOrDefault(piece => piece.Verdict == Verdict.Fail)
            ?? all.FirstOrDefault(piece => piece.Verdict == Verdict.Inconclusive);
        var ran = string.Join(", ", new[]
        {
            gate.Probes.Count > 0 ? Plural.Of(gate.Probes.Count, "probe") : null,
            counts is null ? null : $"tests: {counts}",
        }.OfType<string>());
        return worst is null
            ? new GateResult(name, Verdict.Pass, ran, all, counts, duration)
            : new GateResult(name, worst.Verdict, $"{worst.Asked}: {worst.Answered}", all, counts, duration);
    }

    /// <summary>An error that nothing foresaw is that command's failure: the commands after it run all the same.</summary>
    private async Task<(IReadOnlyList<Evidence> Evidence, TestCounts Counts)> RunAsync(
        GateCommandSpec command, GateSubject subject, string gate, CancellationToken cancellationToken)
    {
        try
        {
            return await commands.RunAsync(command, subject, NewestFolders.ForCommand(resultsFolder, gate), cancellationToken);
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            var place = unforeseen.StackTrace?.Split('\n')[0].Trim() ?? "";
            return ([new Evidence($"{string.Join(' ', command.Run)} ({command.Name})",
                $"could not be run or read: {unforeseen.GetType().Name}: {unforeseen.Message} {place}",
                Verdict.Fail, time.GetUtcNow(), "runner")], new TestCounts(0, 0, 0));
        }
    }
}
