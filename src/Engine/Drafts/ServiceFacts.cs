using System.Globalization;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>What a compose file holds about one service, as far as a draft needs it.</summary>
/// <param name="Image">Empty when it is only built.</param>
internal sealed record ServiceFacts(string Name, YamlMap Map, string File, string Image)
{
    public bool Built => ComposeModel.Value(Map, "build") is not null;

    public IReadOnlyList<string> Profiles =>
        [.. ((ComposeModel.Value(Map, "profiles") as YamlList)?.Items ?? []).OfType<YamlScalar>().Select(profile => profile.Text)];

    public IReadOnlyList<ComposeDependency> Waits => ComposeDependency.Of(Map);

    public bool Has(string key) => ComposeModel.Value(Map, key) is not null;

    public string? Text(string key) => ComposeModel.Text(Map, key);

    /// <summary>The folder it is built of, full path; null when it is not built, or not of a folder.</summary>
    public string? Context => ComposeModel.Value(Map, "build") switch
    {
        YamlScalar scalar => Folder(scalar.Text),
        YamlMap map => Folder(ComposeModel.Text(map, "context") ?? "."),
        _ => null,
    };

    /// <summary>The stage that is built, when one is named.</summary>
    public string? Target => ComposeModel.Text(ComposeModel.Value(Map, "build") as YamlMap, "target");

    /// <summary>A key's value as one line of text, e.g. a command.</summary>
    public string Line(string key) => ComposeModel.Value(Map, key) switch
    {
        YamlScalar scalar => scalar.Text,
        YamlList list => string.Join(' ', list.Items.OfType<YamlScalar>().Select(item => item.Text)),
        _ => "",
    };

    /// <summary>Published ports; the outer one is null where the engine chooses it.</summary>
    public IReadOnlyList<(int? Published, int Inner)> Ports =>
        [.. ((ComposeModel.Value(Map, "ports") as YamlList)?.Items ?? []).Select(Port).OfType<(int?, int)>()];

    /// <summary>Mounted folders and files of this machine, and volumes without a name: where to, from where, and the entry.</summary>
    public IReadOnlyList<(string Source, string Inside, YamlValue Entry)> Mounts =>
        [.. ((ComposeModel.Value(Map, "volumes") as YamlList)?.Items ?? []).Select(Mount)];

    private string? Folder(string context) =>
        ComposeReader.IsRemote(context) ? null : Path.GetFullPath(context, Path.GetDirectoryName(File)!);

    private static (int? Published, int Inner)? Port(YamlValue entry)
    {
        var (outer, inner) = ComposeRules.Pair(entry);
        return Number(inner) is { } port ? (Number(outer), port) : null;
    }

    /// <summary>The port of an entry, of a range the first.</summary>
    private static int? Number(string text) =>
        int.TryParse(text.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static (string Source, string Inside, YamlValue Entry) Mount(YamlValue entry) => entry switch
    {
        YamlMap map => (ComposeModel.Text(map, "source") ?? "", ComposeModel.Text(map, "target") ?? "", entry),
        YamlScalar scalar when scalar.Text.Split(':') is var parts =>
            parts.Length == 1 ? ("", parts[0], entry) : (parts[0], parts[1], entry),
        _ => ("", "", entry),
    };
}
