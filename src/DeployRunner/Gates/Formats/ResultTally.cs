namespace ChainBridge.DeployRunner.Gates.Formats;

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

    public ResultFile ToResult() => new(new TestCounts(_passed, _failed, _skipped), _failures, [], Shard);
}
