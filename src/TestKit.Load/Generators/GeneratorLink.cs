using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>The run's side of one generator, wherever that is: lines to it and from it.</summary>
internal abstract class GeneratorLink : IAsyncDisposable
{
    private const int Pings = 5;

    /// <summary>Of failures that a window counts and does not tell of.</summary>
    private const string UnknownKind = "a kind that its generator took with it";

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<(string Word, string Said)> _heard = Channel.CreateUnbounded<(string, string)>();

    /// <summary>For messages.</summary>
    public abstract string Name { get; }

    /// <summary>How far its wall clock is from ours, and how well that is known.</summary>
    public TimeSpan ClockOffset { get; private set; }

    /// <inheritdoc cref="ClockOffset"/>
    public TimeSpan ClockUncertainty { get; private set; }

    /// <summary>Its setup has ended well.</summary>
    protected bool IsReady { get; private set; }

    protected abstract TextReader From { get; }

    protected abstract TextWriter To { get; }

    /// <summary>Tells it the plan and waits until it is set up.</summary>
    /// <returns>Null when it is ready; else what it said instead, the end of the run.</returns>
    public async Task<LoadMeasurement?> SetUpAsync(
        LoadPlan plan, int number, int of, TimeProvider time, bool compareClocks, CancellationToken cancellationToken)
    {
        _ = ReadAsync();
        await SayAsync(GeneratorWords.Run, $"{number} {of} {LoadJson.Write(plan)}", cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (await HearAsync(cancellationToken).ConfigureAwait(false) is not var (word, rest))
                (word, rest) = (GeneratorWords.Died, await EndingAsync().ConfigureAwait(false));
            if (word == GeneratorWords.Died)
                return Died(new() { Scenario = plan.Name, StartedAt = time.GetUtcNow() }, $"ended before it was ready: {rest}");
            if (IsReady = word == GeneratorWords.Ready) break;
            if (word == GeneratorWords.Measured) return LoadJson.ReadMeasurement(rest);
            if (word == GeneratorWords.Refused) throw new LoadPlanException(rest);
            if (word == GeneratorWords.Busy)
                return new()
                {
                    Scenario = plan.Name, StartedAt = time.GetUtcNow(), Broken = $"{Name} makes another load: run it after that",
                };
        }

        if (compareClocks) await CompareClocksAsync(time, cancellationToken).ConfigureAwait(false);
        return null;
    }

    public Task BeginAsync(TimeSpan after, CancellationToken cancellationToken) => SayAsync(GeneratorWords.Begin,
        ((long)Math.Max(0, after.TotalMicroseconds)).ToString(CultureInfo.InvariantCulture), cancellationToken);

    public Task EndAsync(string reason, CancellationToken cancellationToken) => SayAsync(GeneratorWords.End, reason, cancellationToken);

    /// <summary>
    /// Reads windows until the measurement comes. A generator that dies, or that has not ended by the deadline, is a broken measurement
    /// with what came before.
    /// </summary>
    /// <param name="begins">When its load does, for one that dies.</param>
    /// <param name="deadline">Cancelled when the run should have ended long ago.</param>
    public async Task<LoadMeasurement> MeasureAsync(DateTimeOffset begins, Action<LoadWindow> window, CancellationToken deadline)
    {
        var kept = new LoadMeasurement { StartedAt = begins };
        while (true)
        {
            (string Word, string Said)? heard;
            try
            {
                heard = await HearAsync(deadline).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                return Died(kept, "did not end in time: a step that blocks its thread holds it, or its host is away");
            }

            try
            {
                switch (heard)
                {
                    case (GeneratorWords.Window, var said):
                        var seen = LoadJson.ReadWindow(said);
                        kept.Windows.Add(seen);
                        window(seen);
                        break;
                    case (GeneratorWords.Measured, var said): return Whole(LoadJson.ReadMeasurement(said), kept.Windows);
                    case (GeneratorWords.Died, var how): return Died(kept, $"ended before it wrote its measurement: {how}");
                    case null:
                        return Died(kept, $"ended before it wrote its measurement: {await EndingAsync().ConfigureAwait(false)}");
                }
            }
            catch (JsonException)
            {
                return Died(kept, $"ended in the middle of a line: {await EndingAsync().ConfigureAwait(false)}");
            }
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>What is known of how it ended.</summary>
    protected abstract Task<string> EndingAsync();

    /// <summary>A generator says each window once, when it ends, and keeps none.</summary>
    private static LoadMeasurement Whole(LoadMeasurement measured, List<LoadWindow> said)
    {
        if (measured.Windows.Count == 0) measured.Windows.AddRange(said);
        return measured;
    }

    private LoadMeasurement Died(LoadMeasurement kept, string how)
    {
        kept.Broken = $"{Name} {how}";
        foreach (var step in kept.Windows.SelectMany(window => window.Steps).GroupBy(step => step.Name))
        {
            var sum = new StepMeasure(step.Key);
            foreach (var part in step)
            {
                sum.Latency.Add(part.Latency);
                sum.BytesReceived += part.BytesReceived;
                foreach (var (kind, count) in part.Errors.Append(new(UnknownKind, part.Failed - part.Errors.Values.Sum())))
                    if (count > 0) sum.Errors[kind] = sum.Errors.GetValueOrDefault(kind) + count;
                // How long they took went with the generator; how many there were is what a limit on errors asks.
                if (part.Failed > 0) sum.Failed.Add(TimeSpan.Zero, part.Failed);
            }

            kept.Steps.Add(sum);
        }

        // Of those that were dropped or late nothing is known.
        kept.Due = kept.Begun = kept.Windows.Sum(window => window.Begun);
        if (kept.Windows.Count > 0) kept.Elapsed = kept.Windows[^1].At + kept.Windows[^1].For;
        return kept;
    }

    private async Task CompareClocksAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < Pings; i++)
        {
            var (asked, began) = (time.GetUtcNow(), time.GetTimestamp());
            await SayAsync(GeneratorWords.Clock, "", cancellationToken).ConfigureAwait(false);
            var heard = await HearAsync(cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(began);
            if (heard is not (GeneratorWords.Clock, var rest) || took >= best) continue;
            best = took;
            var theirs = DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(long.Parse(rest, CultureInfo.InvariantCulture));
            (ClockOffset, ClockUncertainty) = (theirs - asked - (took / 2), took / 2);
        }
    }

    /// <summary>
    /// To the end of its output, also of a cancelled run: what it measured until then comes last. Disposing ends the output.
    /// </summary>
    private async Task ReadAsync()
    {
        try
        {
            while (await From.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
                await _heard.Writer.WriteAsync(GeneratorWords.Split(line), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The same as its end.
        }

        _heard.Writer.TryComplete();
    }

    /// <summary>The next line; null when its output has ended.</summary>
    private async Task<(string Word, string Said)?> HearAsync(CancellationToken cancellationToken)
    {
        while (await _heard.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            if (_heard.Reader.TryRead(out var heard)) return heard;
        return null;
    }

    private async Task SayAsync(string word, string text, CancellationToken cancellationToken)
    {
        // A writer takes one line at a time, and an early end may meet a cancellation.
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await To.WriteLineAsync($"{word} {text}".AsMemory(), cancellationToken).ConfigureAwait(false);
            await To.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It has ended; its last line is read.
        }
        finally
        {
            _writing.Release();
        }
    }
}
