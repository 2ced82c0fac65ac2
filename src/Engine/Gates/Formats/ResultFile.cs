using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Gates.Formats;

/// <summary>What one result file says.</summary>
/// <param name="Failures">Failed tests by name, the first <see cref="MostFailures"/>.</param>
/// <param name="Problems">
/// Why the file is no evidence of a green run although it could be read: it contradicts itself, or says that its run broke off.
/// </param>
/// <param name="Shard">What the file says it is a part of; null when it says nothing.</param>
public sealed record ResultFile(
    TestCounts Counts, IReadOnlyList<string> Failures, IReadOnlyList<string> Problems, ResultShard? Shard = null)
{
    /// <summary>More names, and more problems, than this are not kept.</summary>
    public const int MostFailures = 20;

    /// <summary>A larger file is refused: no honest suite writes one, and reading it would hold up the gate. 100 MB.</summary>
    public const long MostBytes = 100_000_000;

    /// <summary>Tests that ran and could not tell, by name, the first <see cref="MostFailures"/>.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>
    /// No test failed or could not tell, and nothing in the file speaks against it. Says nothing about whether a test was executed.
    /// </summary>
    public bool IsGreen => Counts is { Failed: 0, Inconclusive: 0 } && Problems.Count == 0;

    /// <summary>Nothing failed and nothing is wrong with the file, but a test could not tell.</summary>
    public bool IsInconclusive => Counts is { Failed: 0, Inconclusive: > 0 } && Problems.Count == 0;

    /// <summary>Reads a result file.</summary>
    /// <exception cref="ResultFileException">The file is no evidence; says why.</exception>
    public static ResultFile Read(string path, ResultReading reading, CancellationToken cancellationToken)
    {
        try
        {
            using var file = RegularFile.Open(path);
            return Read(file, reading, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ResultFileException($"the file cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Reads a result file in the default way of its format.</summary>
    /// <exception cref="ResultFileException">The file is no evidence; says why.</exception>
    public static ResultFile Read(string path, ResultFormat format, CancellationToken cancellationToken) =>
        Read(path, new ResultReading(format), cancellationToken);

    /// <summary>Reads a result file that is already open.</summary>
    /// <param name="file">Must know its length; stays open.</param>
    /// <exception cref="ResultFileException">The file is no evidence; says why.</exception>
    public static ResultFile Read(Stream file, ResultReading reading, CancellationToken cancellationToken)
    {
        if (file.Length == 0) throw new ResultFileException("the file is empty");
        if (file.Length > MostBytes)
            throw new ResultFileException(
                $"the file has {file.Length / 1_000_000} MB; more than {MostBytes / 1_000_000} MB is no result file");
        var tally = new ResultTally(reading.Reruns);
        using var text = ResultText.Open(file);
        ResultFormats.Readers[reading.Format](text, tally, reading, cancellationToken);
        return tally.ToResult();
    }

    /// <summary>The counts, and what speaks against the file: <c>1 passed, 1 failed, 0 skipped: Cart.Sums amounts</c>.</summary>
    public override string ToString()
    {
        var named = string.Join("; ", Failures.Concat(Problems).Concat(Doubts));
        return string.Join(": ", new[] { $"{Counts}", Counts.Executed == 0 ? "no test was executed" : "", named }
            .Where(part => part.Length > 0));
    }
}

/// <summary>One of several parts that the tests of an assembly were divided into.</summary>
/// <param name="Of">The assembly.</param>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Plan">The same in all parts that divide the same.</param>
public sealed record ResultShard(string Of, int Index, int Count, string Plan);

/// <summary>A file that is no evidence, and why.</summary>
public sealed class ResultFileException(string message, Exception? inner = null) : Exception(message, inner);
