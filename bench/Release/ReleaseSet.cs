namespace ChainBridge.Bench.Release;

/// <summary>What a deployment costs the users of a stack, and what the edge costs them all the time.</summary>
internal static class ReleaseSet
{
    private static readonly string[] Known = ["edge", "near", "rolling", "canary", "back", "unchanged", "far"];

    /// <summary>Whether rows are among those that were asked for (<c>RELEASE_ROWS=edge,far</c>).</summary>
    public static bool Has(string rows) => Asked.Contains(rows);

    /// <exception cref="InvalidOperationException">A name that is none: nothing would be measured for it.</exception>
    private static string[] Asked => Environment.GetEnvironmentVariable("RELEASE_ROWS") is not { Length: > 0 } text ? Known
        : text.Split(',') is var asked && asked.Except(Known).FirstOrDefault() is not { } unknown ? asked
        : throw new InvalidOperationException($"RELEASE_ROWS has '{unknown}'; there are {string.Join(", ", Known)}");

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string root, CancellationToken cancellationToken)
    {
        foreach (var project in new[] { "src/DeployRunner", "src/Edge" })
            await Child.UntilExitAsync(Child.Start(root, "dotnet", ["build", project, "-c", "Release", "-v", "quiet", "--nologo"]), 0,
                cancellationToken);
        var rows = new List<Row>();
        await foreach (var row in EdgeRows.MeasureAsync(root, cancellationToken).Concat(DeployRows.MeasureAsync(root, cancellationToken)))
        {
            rows.Add(row);
            Report.Show(row);
        }

        return rows;
    }
}
