namespace ChainBridge.Engine.Manifest;

/// <summary>Puts the team's compose file together as Compose would: what it includes, and what its services extend.</summary>
internal sealed class ComposeReader(ComposeText text)
{
    /// <summary>Keys that a service which extends another one replaces, where other lists are added to.</summary>
    private static readonly string[] Replaced = ["command", "entrypoint", "test"];

    private static readonly string[] Remote = ["://", "git@", "oci:"];

    /// <summary>Whether a place in a compose file is not on this machine.</summary>
    internal static bool IsRemote(string place) => Remote.Any(sign => place.Contains(sign, StringComparison.Ordinal));

    /// <summary>Files that are not on this machine, and so could only be asked of Compose.</summary>
    public List<ManifestProblem> Unread { get; } = [];

    /// <summary>The whole file; null after a problem that hides it.</summary>
    public ComposeModel? Read(string path)
    {
        if (text.Load(path, from: null) is not { } root) return null;
        var problems = text.Problems.Count;
        var services = new Dictionary<string, YamlMap>();
        var (networks, volumes, secrets) =
            (new Dictionary<string, YamlMap?>(), new Dictionary<string, YamlMap?>(), new Dictionary<string, YamlMap?>());
        Add(root, path, [], services, [("networks", networks), ("volumes", volumes), ("secrets", secrets)]);
        if (services.Count > 0)
            return new(services, networks, volumes, secrets,
                value => Path.GetDirectoryName(text.FileOf(value))!) { At = ComposeModel.Value(root, "services") ?? root };
        if (text.Problems.Count == problems)
            text.Problem(root, "the file has no services", "write services: with one entry for each of the manifest's services");
        return null;
    }

    private void Add(YamlMap root, string path, IReadOnlyList<string> from, Dictionary<string, YamlMap> services,
        IReadOnlyList<(string Key, Dictionary<string, YamlMap?> All)> others)
    {
        if (ComposeModel.Value(root, "services") is YamlMap own)
            foreach (var entry in own.Entries)
                if (entry is { Key: YamlScalar name, Value: YamlMap service })
                {
                    var whole = Extended(service, path, name.Text, []);
                    EnvironmentFiles(whole);
                    services[name.Text] = services.TryGetValue(name.Text, out var before) ? Over(before, whole) : whole;
                }

        foreach (var (key, all) in others)
            foreach (var entry in (ComposeModel.Value(root, key) as YamlMap)?.Entries ?? [])
                if (entry.Key is YamlScalar name)
                    all.TryAdd(name.Text, entry.Value as YamlMap
                        ?? (entry.Value is YamlScalar { IsNull: true } ? null : entry.Value as YamlMap));

        foreach (var item in (ComposeModel.Value(root, "include") as YamlList)?.Items ?? [])
            foreach (var place in item is YamlMap map ? ComposeModel.Value(map, "path") is YamlList list ? list.Items
                : ComposeModel.Value(map, "path") is { } one ? [one] : [] :
            [
                item
            ])
                if (place is YamlScalar named && Found(named, path) is { } included && !from.Contains(included)
                    && text.Load(included, named) is { } inner) Add(inner, included, [.. from, path], services, others);
    }

    private YamlMap Extended(YamlMap service, string path, string name, IReadOnlyList<string> from)
    {
        var extends = ComposeModel.Value(service, "extends");
        if (extends is null) return service;
        var file = ComposeModel.Value(extends as YamlMap, "file") as YamlScalar;
        var other = extends as YamlScalar ?? ComposeModel.Value(extends as YamlMap, "service") as YamlScalar;
        if (other is null || (file is null ? path : Found(file, path)) is not { } place
            || text.Load(place, file ?? extends) is not { } root) return service;
        if (from.Contains($"{place}\0{other.Text}"))
        {
            text.Problem(other, $"{name} extends itself through {other.Text}", "take one of the extends out");
            return service;
        }

        if (ComposeModel.Value(ComposeModel.Value(root, "services") as YamlMap, other.Text) is YamlMap extended)
            return Over(Extended(extended, place, other.Text, [.. from, $"{place}\0{other.Text}"]), service);
        text.Problem(other, $"{name} extends '{other.Text}', which {ComposeText.Shown(place)} does not have",
            "correct the name of the service");
        return service;
    }

    /// <summary>
    /// The keys of one map over those of another, with Compose's rules: maps are joined, lists added to, all else replaced.
    /// </summary>
    private YamlMap Over(YamlMap below, YamlMap above)
    {
        var joined = below.Entries
            .Where(entry => entry.Key is YamlScalar { Text: not "extends" }).ToDictionary(entry => ((YamlScalar)entry.Key).Text);
        foreach (var entry in above.Entries.Where(entry => entry.Key is YamlScalar))
        {
            var key = ((YamlScalar)entry.Key).Text;
            if (entry.Value.Tag == "!reset") joined.Remove(key);
            else
                joined[key] = joined.TryGetValue(key, out var before) && entry.Value.Tag != "!override"
                    ? new YamlEntry(entry.Key, Joined(key, before.Value, entry.Value))
                    : entry;
        }

        return text.At(above with { Entries = [.. joined.Values] }, above);
    }

    private YamlValue Joined(string key, YamlValue below, YamlValue above) => (below, above) switch
    {
        (YamlMap lower, YamlMap upper) => Over(lower, upper),
        (YamlList lower, YamlList upper) when !Replaced.Contains(key) =>
            text.At(upper with { Items = [.. lower.Items, .. upper.Items] }, upper),
        (YamlList lower, YamlMap upper) => Over(AsMap(lower), upper),
        (YamlMap lower, YamlList upper) => Over(lower, AsMap(upper)),
        (_, YamlScalar { IsNull: true }) => below,
        _ => above,
    };

    /// <summary>The short form of <c>environment</c>, <c>labels</c>, <c>networks</c> or <c>depends_on</c> as a map.</summary>
    private YamlMap AsMap(YamlList list) => text.At(new YamlMap(list.Line, list.Column,
        [.. list.Items.OfType<YamlScalar>().Select(item => item.Text.Split('=', 2) is [var name, var value]
            ? new YamlEntry(text.At(item with { Text = name }, item), text.At(item with { Text = value }, item))
            : new YamlEntry(item, text.At(item with { Text = "", Plain = true }, item)))]), list);

    private void EnvironmentFiles(YamlMap service)
    {
        foreach (var (path, required) in ComposeModel.EnvironmentFiles(service))
            if (required && Path.GetFullPath(path.Text, Path.GetDirectoryName(text.FileOf(path))!) is var file && !File.Exists(file))
                text.Problem(path, $"there is no file {ComposeText.Shown(file)}", "correct its path, or set required: false");
    }

    /// <summary>The full path of a file that another one names; null when it is not on this machine.</summary>
    private string? Found(YamlScalar named, string path)
    {
        if (!IsRemote(named.Text))
            return Path.GetFullPath(named.Text, Path.GetDirectoryName(path)!);
        Unread.Add(text.ProblemAt(named, $"{named.Text} is not on this machine, and was not read",
            "Docker Compose reads it when it deploys"));
        return null;
    }
}
