using ChainBridge.DeployRunner.Manifest;

namespace ChainBridge.DeployRunner.Gates;

/// <summary>What one result file says.</summary>
/// <param name="Failures">Names of failed tests, the first <see cref="MostFailures"/>.</param>
/// <param name="Shard">What the file says it is a part of; null when it says nothing.</param>
public sealed record ResultFile(TestCounts Counts, IReadOnlyList<string> Failures, ResultShard? Shard = null)
{
    /// <summary>More names than this are not kept.</summary>
    public const int MostFailures = 20;

    /// <summary>A larger file is refused: no honest suite writes one, and reading it would hold up the gate. 100 MB.</summary>
    public const long MostBytes = 100_000_000;

    /// <summary>Reads a result file.</summary>
    /// <exception cref="ResultFileException">The file is no evidence; says why.</exception>
    public static ResultFile Read(string path, ResultFormat format, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 64 * 1024);
            if (file.Length == 0) throw new ResultFileException("the file is empty");
            if (file.Length > MostBytes) throw new ResultFileException($"the file has {file.Length / 1_000_000} MB; more than {MostBytes / 1_000_000} MB is no result file");
            var tally = new ResultTally();
            if (format == ResultFormat.Trx) TrxReader.Read(file, tally, cancellationToken);
            else if (format == ResultFormat.Junit) JunitReader.Read(file, tally, cancellationToken);
            else CtrfReader.Read(file, tally, cancellationToken);
            return tally.ToResult();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ResultFileException($"the file cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>One of several parts that the tests of an assembly were divided into.</summary>
/// <param name="Of">The assembly.</param>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Plan">The same in all parts that divide the same.</param>
public sealed record ResultShard(string Of, int Index, int Count, string Plan);

/// <summary>A file that is no evidence, and why.</summary>
public sealed class ResultFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Counts entries while a file streams by.</summary>
internal sealed class ResultTally
{
    private readonly List<string> _failures = [];
    private int _passed, _failed, _skipped;

    public int Entries => _passed + _failed + _skipped;
    public int Failed => _failed;
    public int Skipped => _skipped;
    public ResultShard? Shard { get; set; }

    public void Passed() => _passed++;

    public void Skip() => _skipped++;

    public void Fail(string name)
    {
        _failed++;
        if (_failures.Count < ResultFile.MostFailures) _failures.Add(name);
    }

    /// <summary>Compares what the file claims with what it holds; a claim of null was not made.</summary>
    public void MustAgree(string what, int? claimed, int held)
    {
        if (claimed is { } claim && claim != held)
            throw new ResultFileException($"the file claims {claim} {what}, but holds {held}");
    }

    public ResultFile ToResult() => new(new TestCounts(_passed, _failed, _skipped), _failures, Shard);
}
