using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>Baselines as files, <c>SCENARIO/VERSION.json</c>; a good place is <c>load</c> in the environment's state directory.</summary>
public sealed class BaselineStore(string folder)
{
    /// <summary>Keeps a result as the one of a release.</summary>
    /// <remarks>The first one, and one of a load that was changed, have nothing yet to be compared with: that is no hindrance.</remarks>
    /// <exception cref="LoadPlanException">
    /// The result is no pass: a baseline must be worth comparing with, and a regression must not become the measure of the next one.
    /// </exception>
    public async Task SaveAsync(LoadResult result, string version, CancellationToken cancellationToken)
    {
        if (result.Doubts.Count > 0 || result.Limits.Any(limit => limit.IsCompared && limit.Verdict != LoadVerdict.Pass))
            throw new LoadPlanException($"no baseline was kept, because the run did not pass: {result.Reason}");
        // With nothing to compare with, a limit on a share has judged nothing: what is kept must hold it by itself.
        if (result.Limits.Select(limit => limit.Limit).FirstOrDefault(limit => limit is { IsShare: true, Tolerance: { } most }
            && Judge.PartOf(result.Measurement, limit).Share > most) is { } share)
            throw new LoadPlanException($"no baseline was kept, because '{share}' was compared with nothing, and it was "
                + $"{share.Show(Judge.PartOf(result.Measurement, share).Share)}");
        var path = PathOf(result.Plan.Name, version);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var baseline = new Baseline(result.Plan.Name, version, result.Plan.Comparable(), result.Measurement);
        await File.WriteAllTextAsync(path + ".part", JsonSerializer.Serialize(baseline, BaselineJson.Default.Baseline), cancellationToken)
            .ConfigureAwait(false);
        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>The one of a release, or the newest; null when there is none.</summary>
    /// <exception cref="LoadPlanException">It cannot be read.</exception>
    public async Task<Baseline?> FindAsync(string scenario, string? version, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, scenario);
        var path = version is not null ? PathOf(scenario, version) : !Directory.Exists(place) ? null
            : Directory.EnumerateFiles(place, "*.json").MaxBy(File.GetLastWriteTimeUtc);
        if (path is null || !File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false),
                BaselineJson.Default.Baseline);
        }
        catch (Exception broken) when (broken is JsonException or IOException or FormatException)
        {
            throw new LoadPlanException($"the baseline {path} cannot be read: {broken.Message}; remove it, and the next stable release "
                + $"makes one",
                broken);
        }
    }

    /// <summary>Removes the oldest baselines of a scenario.</summary>
    /// <param name="newest">So many stay.</param>
    /// <param name="besides">Releases whose ones stay too.</param>
    public void Forget(string scenario, int newest, IReadOnlyCollection<string> besides)
    {
        var place = Path.Combine(folder, scenario);
        if (!Directory.Exists(place)) return;
        foreach (var old in Directory.EnumerateFiles(place, "*.json").OrderByDescending(File.GetLastWriteTimeUtc).Skip(newest)
            .Where(path => !besides.Contains(Path.GetFileNameWithoutExtension(path))).ToList())
            File.Delete(old);
    }

    private string PathOf(string scenario, string version) =>
        version.Length > 0 && version.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && version[0] != '.'
            ? Path.Combine(folder, scenario, version + ".json")
            : throw new LoadPlanException($"'{version}' cannot name a release: use letters, digits, '-', '_' and '.'");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    Converters = [typeof(LatenciesConverter)], DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Baseline))]
internal sealed partial class BaselineJson : JsonSerializerContext;
