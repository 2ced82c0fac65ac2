using YamlDotNet.Core;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// The merge key of YAML 1.1, <c>&lt;&lt;: *anchor</c> or <c>&lt;&lt;: [*one, *two]</c>: the entries of the mapping that is
/// named stand in this one too, unless it has the key itself; of several mappings the first that has a key wins.
/// </summary>
internal static class YamlMerge
{
    /// <summary>
    /// The entries with every merge key replaced by what it brings in. Entries that are merged keep the place where they are written.
    /// </summary>
    /// <exception cref="YamlException">A merge key names something else than mappings.</exception>
    public static IReadOnlyList<YamlEntry> Apply(IReadOnlyList<YamlEntry> entries)
    {
        if (!entries.Any(IsMerge)) return entries;
        var merged = entries.Where(entry => !IsMerge(entry)).ToList();
        var taken = merged.Select(entry => (entry.Key as YamlScalar)?.Text).ToHashSet();
        foreach (var inherited in entries.Where(IsMerge).SelectMany(Sources).SelectMany(map => map.Entries))
            if (taken.Add((inherited.Key as YamlScalar)?.Text)) merged.Add(inherited);
        return merged;
    }

    private static bool IsMerge(YamlEntry entry) => entry.Key is YamlScalar { Plain: true, Text: "<<" };

    private static IEnumerable<YamlMap> Sources(YamlEntry merge) => merge.Value switch
    {
        YamlMap map => [map],
        YamlList list when list.Items.All(item => item is YamlMap) => list.Items.Cast<YamlMap>(),
        var other =>
            throw new YamlException(Start(other), Start(other), "the merge key << takes a mapping or a list of mappings, e.g. <<: *anchor"),
    };

    private static Mark Start(YamlValue value) => new(0, value.Line, value.Column);
}
