namespace ChainBridge.Engine.Manifest;

/// <summary>Accessories of a compose file: they stand beside the slots, before them and after them.</summary>
internal static class ComposeAccessories
{
    public static IEnumerable<ComposeFinding> Check(ComposeModel model, DeploymentManifest manifest)
    {
        foreach (var name in manifest.Accessories.Keys.Where(model.Services.ContainsKey))
        {
            var service = model.Services[name];
            foreach (var wait in ComposeDependency.Of(service).Where(wait => wait.Required && !manifest.Accessories.ContainsKey(wait.Name)))
                yield return new(name, wait.At,
                    $"the accessory {name} waits for {wait.Name}, which is none: accessories run before every slot",
                    $"add {wait.Name} to the manifest's accessories, or take it out of depends_on");
            if (ComposeModel.Value(service, "network_mode") is YamlScalar mode)
                yield return new(name, mode,
                    $"the accessory {name} has the network_mode {mode.Text}, where no slot could reach it by its name",
                    "remove network_mode; accessories have a network with the slots");
            if (ComposeModel.Value(service, "build") is null && ComposeModel.Text(service, "image") is null)
                yield return new(name, service, $"the accessory {name} has no image", "write image:");
        }
    }

    /// <summary>What accessories have in the file and not beside the slots.</summary>
    public static IEnumerable<(YamlValue At, string Message, string Hint)> LeftOut(ComposeModel model, DeploymentManifest manifest)
    {
        foreach (var name in manifest.Accessories.Keys.Where(model.Services.ContainsKey))
        {
            if (ComposeModel.Value(model.Services[name], "ports") is { } ports)
                yield return (ports, $"the ports of the accessory {name} are not published: the services of a slot reach it by its name",
                    "reach it from elsewhere with docker exec, or give an environment with published ports a compose file of its own");
            if (ComposeModel.Value(model.Services[name], "container_name") is { } named)
                yield return (named, $"the container_name of the accessory {name} is left out: two environments may stand on one engine",
                    "services reach it by the name of the service");
        }
    }
}
