using ChainBridge.Engine.Gates.Formats;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Fuzz;

/// <summary>A mutated file that is read wrongly.</summary>
/// <param name="Number">Of the file among those of the seed.</param>
public sealed record Finding(int Number, string From, ResultFormat Format, byte[] Content, string Reason);

/// <summary>Reads a result file; throws <see cref="ResultFileException"/> when it refuses it.</summary>
public delegate ResultFile ReadResult(byte[] content, ResultFormat format, CancellationToken cancellationToken);

/// <summary>Makes files, and judges how each of them is read.</summary>
/// <param name="seed">The same seed makes the same files.</param>
/// <param name="read">The reader that is tried.</param>
public sealed class Search(IReadOnlyList<Seed> seeds, int seed, TimeProvider time, ReadResult read)
{
    /// <summary>No file may take longer to read.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>A reader that does not come back by then hangs.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(30);

    /// <summary>How a gate reads.</summary>
    public static ResultFile AsGate(byte[] content, ResultFormat format, CancellationToken cancellationToken) =>
        ResultFile.Read(new MemoryStream(content, writable: false), new ResultReading(format), cancellationToken);

    /// <summary>Makes and reads the file of a number; null when it is read well.</summary>
    /// <param name="timed">Whether the time that it takes is judged as well.</param>
    public async Task<Finding?> TryAsync(int number, bool timed, CancellationToken cancellationToken)
    {
        var (from, content) = new Mutator(new Random(unchecked((seed * 1_000_003) + number)), seeds).Next();
        Finding Found(string reason) => new(number, from.Path, from.Format, content, reason);
        try
        {
            var reading = Task.Run(() => Read(content, from.Format, timed, cancellationToken), cancellationToken);
            var (result, took) = await reading.WaitAsync(Hung, time, cancellationToken);
            if (timed && took > Longest) return Found($"it took {took.TotalSeconds:0.0} s");
            if (result is null) return null;
            if (result.Counts is { Passed: < 0 } or { Failed: < 0 } or { Skipped: < 0 } or { Flaky: < 0 }
                || result.Counts.Flaky > result.Counts.Passed) return Found($"counts that cannot be: {result.Counts}");
            return result is { IsGreen: true, Counts.Executed: > 0 } && Oracle.Objection(content, from.Format) is { } objection
                ? Found($"it is green ({result}), but {objection}")
                : null;
        }
        catch (TimeoutException)
        {
            return Found($"its reader had not come back after {Hung.TotalSeconds} s");
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            return Found(unforeseen.ToString());
        }
    }

    /// <summary>
    /// Null for a file that is refused. A slow reading is repeated, because the machine may have been busy with other things.
    /// </summary>
    private (ResultFile? Result, TimeSpan Took) Read(byte[] content, ResultFormat format, bool timed, CancellationToken cancellationToken)
    {
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 1; ; attempt++)
        {
            var began = time.GetTimestamp();
            var result = Once(content, format, cancellationToken);
            var took = time.GetElapsedTime(began);
            fastest = took < fastest ? took : fastest;
            if (!timed || fastest <= Longest || attempt == 3) return (result, fastest);
        }
    }

    private ResultFile? Once(byte[] content, ResultFormat format, CancellationToken cancellationToken)
    {
        try
        {
            return read(content, format, cancellationToken);
        }
        catch (ResultFileException)
        {
            return null;
        }
    }
}
