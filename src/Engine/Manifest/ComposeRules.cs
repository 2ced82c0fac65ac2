using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>One thing in a compose file that a slot cannot do, or would have to leave out.</summary>
/// <param name="Service">The service it is about; empty for the file as a whole.</param>
/// <param name="At">Where it is written; means nothing in what Compose answered.</param>
internal sealed record ComposeFinding(string Service, YamlValue? At, string Message, string Hint);

/// <summary>
/// Whether a compose file can be a slot: two of them stand beside each other on one engine, behind one door. What is here is
/// refused; everything else the slot has as Compose gives it.
/// </summary>
internal sealed class ComposeRules(ComposeModel model, DeploymentManifest manifest)
{
    private const string OneCopy = "a slot has one container per service; two stand beside each other while a release is replaced";

    /// <summary>Every finding about the services that a slot starts, in the order of the manifest.</summary>
    public IReadOnlyList<ComposeFinding> Check()
    {
        var oneShots = model.OneShots(manifest);
        return
        [
            .. manifest.Services.Keys.Where(name => !model.Services.ContainsKey(name))
                .Select(name => new ComposeFinding("", null, $"the service '{name}' of the manifest is not in this file",
                    $"add {name}: with its image, or take it out of the manifest")),
            .. manifest.Services.Keys.Concat(oneShots).Where(model.Services.ContainsKey)
                .SelectMany(name => Service(name, model.Services[name]).Concat(ComposeWaits.Check(name, model, manifest, oneShots))),
            .. oneShots.SelectMany(name => OneShot(name, model.Services[name])),
            .. manifest.Compose is not null
                ? ComposeAccessories.Check(model, manifest)
                : manifest.Services.Keys.Where(model.Services.ContainsKey)
                    .SelectMany(name => Build(name, model.Services[name], manifest.Services[name])),
            .. ComposeShared.Check(model, [.. manifest.Services.Keys.Concat(oneShots).Where(model.Services.ContainsKey)]),
        ];
    }

    private IEnumerable<ComposeFinding> Service(string name, YamlMap service)
    {
        if (ComposeModel.Value(service, "container_name") is { } named)
            yield return new(name, named, $"{name} has a container_name: the old and the new release cannot both have it",
                "remove it; the runner names containers by slot");
        if (ComposeModel.Value(service, "network_mode") is YamlScalar mode)
            yield return new(name, mode,
                mode.Text == "host"
                    ? $"{name} uses the host's network: the old and the new release cannot both listen there"
                    : $"{name} has the network_mode {mode.Text}, which keeps it out of the slot's network",
                "remove network_mode; the slot has a network of its own");
        // The port of a door's service is the door's: the slot leaves it out, and the edge has it.
        var open = manifest.Compose is not null && manifest.Doors.Any(door => door.Service == name);
        foreach (var (port, published) in open ? [] : Ports(service))
            yield return new(name, port,
                $"{name} publishes a fixed port of this machine ({published}): the old and the new release cannot both have it",
                "remove it; the runner publishes what it needs, and the door is the edge's");
        if (ComposeModel.Value(service, "privileged") is YamlScalar { Text: "true" or "yes" or "on" } privileged)
            yield return new(name, privileged, $"{name} is privileged: it could reach the other slot and the engine itself",
                "remove it; give what the service needs with cap_add or devices");
        if (ComposeModel.Value(service, "profiles") is YamlList { Items.Count: > 0 } profiles)
            yield return new(name, profiles,
                $"{name} has profiles ({string.Join(", ", profiles.Items.OfType<YamlScalar>().Select(profile => profile.Text))}), "
                    + "and a slot always starts it", "remove profiles here, or take the service out of the manifest");
        var deploy = ComposeModel.Value(service, "deploy") as YamlMap;
        foreach (var (key, count) in new[]
        {
            ("scale", ComposeModel.Value(service, "scale")), ("deploy.replicas", ComposeModel.Value(deploy, "replicas"))
        })
            if (count is YamlScalar { Text: not "1" } number)
                yield return new(name, number, $"{name} has {key} {number.Text}: {OneCopy}", $"remove {key}");
        foreach (var network in (ComposeModel.Value(service, "networks") as YamlMap)?.Entries ?? [])
            foreach (var key in new[] { "ipv4_address", "ipv6_address" })
                if (ComposeModel.Value(network.Value as YamlMap, key) is YamlScalar address)
                    yield return new(name, address, $"{name} has the fixed address {address.Text}: each slot has networks of its own",
                        $"remove {key}; services find each other by name");
    }

    private IEnumerable<ComposeFinding> OneShot(string name, YamlMap service)
    {
        if (manifest.Environments.Values.FirstOrDefault(environment => environment.Rolling is not null) is { } rolling
            && ComposeDependency.Of(service).FirstOrDefault(wait => manifest.Services.ContainsKey(wait.Name)) is { } wait)
            yield return new(name, wait.At, $"{name} runs once and waits for {wait.Name}, and in {rolling.Name}, which is rolling, "
                + "what runs once does so before any service of its release",
                $"take {wait.Name} out of depends_on, or write strategy: blue-green");
        if (ComposeModel.Value(service, "restart") is YamlScalar { Text: not "no" } restart)
            yield return new(name, restart, $"{name} runs once and others wait for its end, but restart: {restart.Text} starts it again",
                "write restart: \"no\"");
        if (ImageOwner(service) is not null || manifest.Compose is not null) yield break;
        if (ComposeModel.Value(service, "build") is { } build)
            yield return new(name, build, $"{name} runs once, and the runner builds only what the manifest names",
                "write image: with the image of a service of the manifest "
                    + $"({string.Join(", ", manifest.Services.Values.Select(known => known.Build.Image))}), "
                    + "or build: as one of them is built");
        else if (ComposeModel.Text(service, "image") is null)
            yield return new(name, service, $"{name} has no image",
                "write image: with the image of a service of the manifest, or of a registry");
    }

    /// <summary>The service of the manifest whose image a one-shot service runs; null when its image is another one.</summary>
    public string? ImageOwner(YamlMap service)
    {
        if (manifest.Compose is not null)
            return manifest.Services.Keys.FirstOrDefault(known => ComposeModel.SameImage(model.Services.GetValueOrDefault(known), service));
        if (ComposeModel.Value(service, "build") is { } build)
            return manifest.Services.Values.FirstOrDefault(known => Difference(build, known) is null)?.Name;
        var image = ComposeModel.Text(service, "image") ?? "";
        return manifest.Services.Values
            .FirstOrDefault(known => image == ComposeModel.ImageOf(known.Name) || Repository(image) == Repository(known.Build.Image))?.Name;
    }

    /// <summary>The image's name without its tag or digest.</summary>
    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    private IEnumerable<ComposeFinding> Build(string name, YamlMap service, ServiceSpec spec)
    {
        if (ComposeModel.Value(service, "build") is { } build && Difference(build, spec) is { } difference)
            yield return new(name, build,
                $"{name} has a build of its own beside the manifest's, which is the one that counts: {difference}",
                $"remove build, and write context, dockerfile and buildArgs under services.{name} of the manifest");
    }

    /// <summary>The first difference between a build and the manifest; null when there is none.</summary>
    private string? Difference(YamlValue build, ServiceSpec spec)
    {
        var map = build as YamlMap;
        var place = map is null ? build as YamlScalar : ComposeModel.Value(map, "context") as YamlScalar;
        var context = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place?.Text ?? ".", model.Folder(place ?? build)));
        var file = Path.GetFullPath(ComposeModel.Text(map, "dockerfile") ?? "Dockerfile", context);
        if (context != Path.TrimEndingDirectorySeparator(Path.GetFullPath(spec.Build.Context, manifest.Root)))
            return "its context is another folder";
        if (file != Path.GetFullPath(spec.Build.Dockerfile, manifest.Root)) return "its dockerfile is another file";
        return map?.Entries.Select(entry => entry.Key).OfType<YamlScalar>()
            .FirstOrDefault(key => key.Text is not ("context" or "dockerfile" or "args")) is { } other
            ? $"the manifest has no {other.Text}"
            : Arguments(map).Where(argument => spec.Build.BuildArgs.GetValueOrDefault(argument.Name) != argument.Value)
                .Select(argument => $"the manifest's buildArgs have another {argument.Name}").FirstOrDefault();
    }

    private static IEnumerable<(string Name, string? Value)> Arguments(YamlMap? build) => ComposeModel.Value(build, "args") switch
    {
        YamlMap map => map.Entries.Where(entry => entry.Key is YamlScalar)
            .Select(entry => (((YamlScalar)entry.Key).Text, (entry.Value as YamlScalar)?.Text)),
        YamlList list =>
            list.Items.OfType<YamlScalar>().Select(item => item.Text.Split('=', 2)).Select(pair => (pair[0], pair.ElementAtOrDefault(1))),
        _ => [],
    };

    /// <summary>
    /// What is published at a port of this machine that is always the same. <c>8080</c> alone, and a range for one
    /// port inside, is any free one.
    /// </summary>
    private static IEnumerable<(YamlValue At, string Published)> Ports(YamlMap service) =>
        from port in (ComposeModel.Value(service, "ports") as YamlList)?.Items ?? []
        let pair = Pair(port)
        from published in pair.Published is "" or "0" || (pair.Published.Contains('-', StringComparison.Ordinal)
            && !pair.Target.Contains('-', StringComparison.Ordinal)) ? [] : Each(pair.Published)
        select (port, published);

    /// <summary>Both sides of an entry of <c>ports</c>; empty where it has none.</summary>
    internal static (string Published, string Target) Pair(YamlValue port) => port switch
    {
        YamlScalar scalar => Short(scalar.Text),
        YamlMap map => (ComposeModel.Text(map, "published") ?? "", ComposeModel.Text(map, "target") ?? ""),
        _ => ("", ""),
    };

    private static (string Published, string Target) Short(string text)
    {
        var port = text.Split('/')[0];
        var colon = port.LastIndexOf(':');
        if (colon < 0) return ("", port);
        var outside = port[..colon];
        // An address of version 6 stands in brackets, and its colons are none of ours.
        var closing = outside.LastIndexOf(']');
        var published = closing == outside.Length - 1 && closing >= 0
            ? ""
            : outside[(Math.Max(closing, outside.LastIndexOf(':')) + 1)..].TrimStart(':');
        return (published, port[(colon + 1)..]);
    }

    private static IEnumerable<string> Each(string published) =>
        published.Split('-') is [var first, var last] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to >= from && to - from < 1000
            ? Enumerable.Range(from, to - from + 1).Select(port => port.ToString(CultureInfo.InvariantCulture))
            : [published];
}
