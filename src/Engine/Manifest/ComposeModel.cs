namespace ChainBridge.Engine.Manifest;

/// <summary>
/// A compose file with everything in its place that anchors, <c>extends</c> and <c>include</c> bring: read from the team's files, each
/// value where it is written, or from the answer of Compose itself.
/// </summary>
/// <param name="Services">Service name → its keys.</param>
/// <param name="Networks">Network name → its keys; a value is null when nothing was written.</param>
/// <param name="Folder">Returns the folder that relative paths of a value begin in.</param>
internal sealed record ComposeModel(
    IReadOnlyDictionary<string, YamlMap> Services, IReadOnlyDictionary<string, YamlMap?> Networks,
    IReadOnlyDictionary<string, YamlMap?> Volumes, IReadOnlyDictionary<string, YamlMap?> Secrets,
    Func<YamlValue, string> Folder)
{
    /// <summary>Where the services begin; null in what Compose answered.</summary>
    public YamlValue? At { get; init; }

    /// <summary>What Compose answered to <c>config --format json</c>: its paths are whole.</summary>
    public static ComposeModel Of(string json) => YamlValue.Parse(new StringReader(json)) is YamlMap root
        ? new(Named(root, "services").Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!),
            Named(root, "networks"), Named(root, "volumes"), Named(root, "secrets"), _ => "/")
        : new(new Dictionary<string, YamlMap>(), new Dictionary<string, YamlMap?>(), new Dictionary<string, YamlMap?>(),
            new Dictionary<string, YamlMap?>(), _ => "/");

    /// <summary>Stands for the image of a service of the manifest until its digest is known.</summary>
    public static string ImageOf(string service) => $"chainbridge-image/{service}";

    /// <summary>The variable that the team's file may take a service's image from.</summary>
    public static string ImageVariable(string service) => $"{service.Replace('-', '_').ToUpperInvariant()}_IMAGE";

    /// <summary>What each service waits for: dependency → its condition.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ComposeDependency>> Dependencies =>
        Services.ToDictionary(service => service.Key, service => ComposeDependency.Of(service.Value));

    /// <summary>
    /// Services outside of those the manifest starts whose end one of them waits for, and those that it marks to run once: once per
    /// release.
    /// </summary>
    public IReadOnlyList<string> OneShots(DeploymentManifest of)
    {
        var manifest = of.Services.Keys.ToList();
        var found = (of.Compose?.Jobs ?? []).Select(job => job.Name).Where(Services.ContainsKey).Distinct().ToList();
        var dependencies = Dependencies;
        var open = new Queue<string>(manifest.Concat(found));
        while (open.TryDequeue(out var service))
            foreach (var dependency in dependencies.GetValueOrDefault(service, [])
                .Where(wait => wait.Completed && Services.ContainsKey(wait.Name)))
                if (!manifest.Contains(dependency.Name) && !found.Contains(dependency.Name))
                {
                    found.Add(dependency.Name);
                    open.Enqueue(dependency.Name);
                }

        return found;
    }

    /// <summary>Whether two services run the same image: built in the same way, or named the same.</summary>
    internal static bool SameImage(YamlMap? one, YamlMap? other) => (Value(one, "build"), Value(other, "build")) switch
    {
        ({ } left, { } right) => Plain(left) == Plain(right),
        (null, null) => false,
        _ => Text(one, "image") is { } image && image == Text(other, "image"),
    };

    private static string Plain(YamlValue? value) => value switch
    {
        YamlScalar scalar => scalar.Text,
        YamlList list => $"[{string.Join(',', list.Items.Select(Plain))}]",
        YamlMap map => $"{{{string.Join(',', map.Entries.Select(entry => $"{Plain(entry.Key)}:{Plain(entry.Value)}").Order())}}}",
        _ => "",
    };

    /// <summary>The files of settings that a service names, and whether each must be there.</summary>
    internal static IEnumerable<(YamlScalar Path, bool Required)> EnvironmentFiles(YamlMap service)
    {
        var named = Value(service, "env_file");
        foreach (var item in named is YamlList list ? list.Items : named is null ? [] : [named])
            if ((item is YamlMap map ? Value(map, "path") : item) is YamlScalar path)
                yield return (path, Text(item as YamlMap, "required") is not ("false" or "no"));
    }

    /// <summary>The value of a key; null when it is not there or nothing was written.</summary>
    internal static YamlValue? Value(YamlMap? map, string key) =>
        map?.Entries.LastOrDefault(entry => entry.Key is YamlScalar word && word.Text == key)
            ?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;

    internal static string? Text(YamlMap? map, string key) => (Value(map, key) as YamlScalar)?.Text;

    internal static bool IsExternal(YamlMap? map) => Value(map, "external") is YamlMap or YamlScalar { Text: "true" or "yes" or "on" };

    private static Dictionary<string, YamlMap?> Named(YamlMap root, string key) => Value(root, key) is not YamlMap map
        ? []
        : map.Entries.Where(entry => entry.Key is YamlScalar).DistinctBy(entry => ((YamlScalar)entry.Key).Text)
            .ToDictionary(entry => ((YamlScalar)entry.Key).Text, entry => entry.Value as YamlMap);
}

/// <summary>One service that another waits for.</summary>
/// <param name="Condition">E.g. <c>service_healthy</c>.</param>
/// <param name="Required">Whether the one that waits cannot do without it.</param>
internal sealed record ComposeDependency(string Name, string Condition, bool Required, YamlValue At)
{
    /// <summary>Whether the dependency must come to its end.</summary>
    public bool Completed => Condition == "service_completed_successfully";

    /// <summary>The <c>depends_on</c> of a service, in both its forms.</summary>
    public static IReadOnlyList<ComposeDependency> Of(YamlMap service) => ComposeModel.Value(service, "depends_on") switch
    {
        YamlList list =>
            [.. list.Items.OfType<YamlScalar>().Select(name => new ComposeDependency(name.Text, "service_started", true, name))],
        YamlMap map =>
            [.. map.Entries.Where(entry => entry.Key is YamlScalar).Select(entry => new ComposeDependency(((YamlScalar)entry.Key).Text,
                ComposeModel.Text(entry.Value as YamlMap, "condition") ?? "service_started",
                ComposeModel.Text(entry.Value as YamlMap, "required") is not ("false" or "no" or "off"), entry.Key))],
        _ => [],
    };
}
