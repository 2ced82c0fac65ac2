namespace ChainBridge.Bench.TestKit;

/// <summary>The promises of TestKit: each row is a function, so that every area adds its own.</summary>
internal static class TestKitSet
{
    private static readonly Func<CancellationToken, Task<IReadOnlyList<Row>>>[] Rows =
    [
        LeaseRows.MeasureAsync,
        SuiteRows.MeasureAsync,
        ResetRows.MeasureAsync,
        async stop => [await FaultProxyRow.MeasureAsync(stop)],
        async stop => [await ServicePortsRow.MeasureAsync(stop)],
    ];

    /// <summary>Measures all of it, on the provider that <c>CHAINBRIDGE_PROVIDER</c> chooses.</summary>
    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        foreach (var measure in Rows)
        {
            rows.AddRange(await measure(cancellationToken));
            Console.WriteLine($"testkit: {rows[^1].Measure}: ours {rows[^1].Ours:0.00} {rows[^1].Unit}, alternative {rows[^1].Alternative:0.00}");
        }

        return rows;
    }
}
