namespace ChainBridge.TestKit.Load;

/// <summary>Writes a result's files.</summary>
public static class LoadFiles
{
    /// <summary>
    /// Writes <c>NAME.html</c>, <c>.md</c>, <c>.json</c>, <c>.ctrf.json</c>, <c>.prom</c>, <c>.hlog</c> and
    /// <c>.measurement.json</c>, the last for
    /// <see cref="MergeAsync"/>.
    /// </summary>
    /// <param name="marks">What else happened, for the timeline.</param>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        LoadResult result, string folder, CancellationToken cancellationToken, IReadOnlyList<Mark>? marks = null)
    {
        Directory.CreateDirectory(folder);
        string Path(string ending) => System.IO.Path.Combine(folder, result.Plan.Name + ending);
        (string Path, string Text)[] texts =
        [
            (Path(".html"), HtmlReport.Write(result, marks ?? [])), (Path(".md"), MarkdownReport.Write(result)),
            (Path(".json"), JsonReport.Write(result)), (Path(".ctrf.json"), CtrfReport.Write(result)),
            (Path(".prom"), OpenMetricsReport.Write(result)), (Path(".measurement.json"), LoadJson.Write(result.Measurement)),
        ];
        foreach (var (path, text) in texts) await WriteAsync(path, text, cancellationToken).ConfigureAwait(false);
        await using (var log = File.Create(Path(".hlog"))) HistogramLog.Write(log, result.Measurement);
        return [.. texts.Select(one => one.Path), Path(".hlog")];
    }

    /// <summary>Writes only the result file of a gate.</summary>
    public static Task WriteCtrfAsync(LoadResult result, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return WriteAsync(path, CtrfReport.Write(result), cancellationToken);
    }

    /// <summary>Adds up measurements of the same run, exactly.</summary>
    /// <exception cref="LoadPlanException">There is none, one cannot be read, or they are of different scenarios.</exception>
    public static async Task<LoadMeasurement> MergeAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        LoadMeasurement? sum = null;
        foreach (var path in paths)
            try
            {
                var one = LoadJson.ReadMeasurement(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
                if (sum?.Scenario is { } before && one.Scenario is { } other && before != other)
                    throw new LoadPlanException(
                        $"{path} is of the scenario '{other}' and those before it of '{before}': their sum means nothing");
                if (sum is null) sum = one;
                else sum.Add(one);
            }
            catch (Exception unreadable) when (unreadable is IOException or System.Text.Json.JsonException or FormatException)
            {
                throw new LoadPlanException($"{path} is no measurement: {unreadable.Message}", unreadable);
            }

        return sum ?? throw new LoadPlanException("no measurement was named: give the paths of *.measurement.json files");
    }

    /// <summary>Moved into its place, so that no reader ever finds half of it there.</summary>
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path + ".part", text, cancellationToken).ConfigureAwait(false);
        File.Move(path + ".part", path, overwrite: true);
    }
}
