namespace ChainBridge.Engine.Manifest;

/// <summary>What services wait for: each of it must be there in a slot.</summary>
internal static class ComposeWaits
{
    public static IEnumerable<ComposeFinding> Check(
        string name, ComposeModel model, DeploymentManifest manifest, IReadOnlyList<string> oneShots)
    {
        foreach (var wait in ComposeDependency.Of(model.Services[name]))
        {
            if (!model.Services.ContainsKey(wait.Name))
            {
                if (wait.Required)
                    yield return new(name, wait.At, $"{name} waits for {wait.Name}, which this file does not have",
                        $"add {wait.Name}, or take it out of depends_on: the accessories of the manifest are there before every service");
            }
            else if (wait.Completed && manifest.Services.ContainsKey(wait.Name))
                yield return new(name, wait.At,
                    $"{name} waits for the end of {wait.Name}, which the manifest runs as a service that goes on",
                    $"take {wait.Name} out of the manifest: then it runs once per release, before {name}");
            else if (manifest.Services.TryGetValue(wait.Name, out var other) && other.Worker
                && manifest.Services.GetValueOrDefault(name)?.Worker != true)
                yield return new(name, wait.At,
                    $"{name} waits for the worker {wait.Name}, which begins only when {name} has been proved and the old one has stopped",
                    $"take {wait.Name} out of depends_on");
            else if (wait.Required && !manifest.Services.ContainsKey(wait.Name) && !manifest.Accessories.ContainsKey(wait.Name)
                && !oneShots.Contains(wait.Name))
                yield return new(name, wait.At,
                    $"{name} waits for {wait.Name}, which is neither a service nor an accessory of the manifest, and so is not started",
                    $"add {wait.Name} to the manifest's services or accessories; one that only runs once is waited for with condition: "
                        + "service_completed_successfully");
        }
    }
}

/// <summary>Networks and secrets of the file: what cannot be made once for each slot, or not at all.</summary>
internal static class ComposeShared
{
    public static IEnumerable<ComposeFinding> Check(ComposeModel model, IReadOnlyList<string> services)
    {
        var used = services.SelectMany(service => Names(ComposeModel.Value(model.Services[service], "networks")))
            .Append("default").ToHashSet();
        foreach (var (name, network) in model.Networks.Where(network => used.Contains(network.Key)
            && !ComposeModel.IsExternal(network.Value)).Select(network => (network.Key, network.Value)))
        {
            if (ComposeModel.Value(ComposeModel.Value(network, "ipam") as YamlMap, "config") is YamlList { Items.Count: > 0 } subnets)
                yield return new("", subnets, $"the network {name} has an address range of its own, and each slot has one of these "
                    + "networks: the second cannot be made", "remove ipam; the engine chooses the addresses");
            if (name == "default")
            {
                foreach (var key in new[] { "driver", "driver_opts", "internal", "enable_ipv6" })
                    if (ComposeModel.Value(network, key) is { } option and not YamlScalar { Text: "false" }
                        and not YamlMap { Entries.Count: 0 } and not YamlScalar { Text: "bridge" })
                        yield return new("", option,
                            $"the default network has a {key} of its own; the runner makes that network, and this would be left out",
                            "move it to a network of another name, and name that under the services");
            }
            else if (ComposeModel.Value(network, "name") is YamlScalar fixedName
                && !fixedName.Text.EndsWith($"_{name}", StringComparison.Ordinal))
                yield return new("", fixedName, $"the network {name} has the fixed name {fixedName.Text}: each slot has one of its own",
                    "remove name, or set external: true when it is made by others");
        }

        foreach (var (name, secret) in model.Secrets)
            if (ComposeModel.Value(secret, "environment") is { } variable
                && services.Any(service => Names(ComposeModel.Value(model.Services[service], "secrets")).Contains(name)))
                yield return new("", variable,
                    $"the secret {name} comes from a variable, which Compose hands over only when it starts the containers itself",
                    "write file: with a file that holds it, or give it in the service's environment");
    }

    /// <summary>What a list of names, of maps with a <c>source</c>, or a map by name refers to.</summary>
    internal static IEnumerable<string> Names(YamlValue? value) => value switch
    {
        YamlList list =>
            list.Items.Select(item => item is YamlMap map ? ComposeModel.Text(map, "source") : (item as YamlScalar)?.Text).OfType<string>(),
        YamlMap map => map.Entries.Select(entry => entry.Key).OfType<YamlScalar>().Select(key => key.Text),
        _ => [],
    };
}
