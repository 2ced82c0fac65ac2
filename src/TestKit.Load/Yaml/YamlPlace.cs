using YamlDotNet.RepresentationModel;

namespace ChainBridge.TestKit.Load.Yaml;

/// <summary>A node of a scenario file with its place, for messages that lead there.</summary>
internal sealed class YamlPlace(string file, YamlNode node, string path)
{
    public YamlNode Node => node;

    public bool IsMap => node is YamlMappingNode;

    public bool IsList => node is YamlSequenceNode;

    /// <summary>The text of a scalar, with variables filled in by <paramref name="variable"/>.</summary>
    public string Text(Func<string, string?> variable) => node is YamlScalarNode scalar
        ? YamlVariables.Fill(scalar.Value ?? "", variable, this)
        : throw Wrong("is no text");

    public IEnumerable<YamlPlace> Items() => node is YamlSequenceNode list
        ? list.Children.Select((item, index) => new YamlPlace(file, item, $"{path}[{index}]"))
        : [this];

    public IEnumerable<(string Key, YamlPlace Value)> Pairs() => node is YamlMappingNode map
        ? map.Children.Select(pair =>
            (Key(pair.Key), new YamlPlace(file, pair.Value, path.Length == 0 ? Key(pair.Key) : $"{path}.{Key(pair.Key)}")))
        : throw Wrong("is no mapping of keys to values");

    /// <summary>Reads each key by its reader; an unknown one is an error that names those there are.</summary>
    public void Read(params IReadOnlyList<(string Key, Action<YamlPlace> Read)> keys)
    {
        foreach (var (key, value) in Pairs())
            (keys.FirstOrDefault(known => known.Key == key).Read
                ?? throw value.Wrong($"is not known; there are {string.Join(", ", keys.Select(known => known.Key))}"))(value);
    }

    public LoadPlanException Wrong(string what) =>
        new($"{file}:{node.Start.Line}:{node.Start.Column}: {(path.Length == 0 ? "the file" : $"'{path}'")} {what}");

    private static string Key(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";
}
