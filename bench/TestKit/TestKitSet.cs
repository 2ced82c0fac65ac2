namespace ChainBridge.Bench.TestKit;

/// <summary>The promises of TestKit: each row is a function, so that every area adds its own.</summary>
internal static class TestKitSet
{
    private static readonly Func<string, CancellationToken, Task<IReadOnlyList<Row>>>[] Rows =
    [
        StartRows.MeasureAsync,
        (_, stop) => LeaseRows.MeasureAsync(stop),
        (_, stop) => SuiteRows.MeasureAsync(stop),
        (_, stop) => ResetRows.MeasureAsync(stop),
        MemoryRow.MeasureAsync,
        async (_, stop) => [await FaultProxyRow.MeasureAsync(stop)],
        async (_, stop) => [await ServicePortsRow.MeasureAsync(stop)],
    ];

    /// <summary>Measures all of it, on the provider that <c>CHAINBRIDGE_PROVIDER</c> chooses.</summary>
    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        foreach (var measure in Rows)
        {
            // Each at once: a run that is broken off has shown what it measured.
            foreach (var row in await measure(root, cancellationToken))
            {
                rows.Add(row);
                var alternative = row.Alternative is { } other ? FormattableString.Invariant($", alternative {other:0.00}") : "";
                var target = $"({row.Target}{(row.Met ? "" : " MISSED")})";
                Console.WriteLine(FormattableString.Invariant($"  {row.Measure}: {row.Ours:0.00} {row.Unit}{alternative} {target}"));
            }
        }

        return rows;
    }
}
