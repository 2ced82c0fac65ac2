using System.Globalization;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Traffic;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// The compose files the runner writes: the one of what is shared, and the override that turns the team's file into a slot.
/// </summary>
internal static class ComposeFiles
{
    private const string Restart = "unless-stopped";
    private const string EdgeVolume = "edge", PublicNetwork = "public";

    /// <summary>The override: images by digest, settings, labels, a loopback port per service.</summary>
    /// <param name="oneShots">One-shot service → what it has of the environment of the service whose image it runs.</param>
    /// <param name="settings">
    /// Service → its environment. Secrets stand in the file as names, and their values in <paramref name="variables"/>.
    /// </param>
    /// <param name="variables">Gets what compose must find in its environment.</param>
    public static string Override(ComposeNames names, Release release, IReadOnlyDictionary<string, Dictionary<string, string>> settings,
        IReadOnlyDictionary<string, Dictionary<string, string>> oneShots,
        Func<string, string, bool> isSecret, Dictionary<string, string> variables)
    {
        var services = new Dictionary<string, object>();
        foreach (var service in release.Services.Values)
        {
            var over = new Dictionary<string, object>
            {
                ["image"] = release.Artifacts[service.Name].Digest,
                ["pull_policy"] = "never",
                ["labels"] = new Dictionary<string, string>
                {
                    [ComposeNames.Label] = names.Environment, [ComposeNames.VersionLabel] = release.Version,
                    [ComposeNames.HealthLabel] = service.Ready.Checked ? "" : service.Ready.HealthPath ?? "",
                    [ComposeNames.HostLabel] = service.Host ?? "",
                    [ComposeNames.PortLabel] = service.Port.ToString(CultureInfo.InvariantCulture),
                },
                ["environment"] = Settings(settings[service.Name]),
            };
            var ports = release.Doors.Where(door => door.Service == service.Name).Select(door => door.ServicePort)
                .Prepend(service.Port).Where(port => port != 0).Distinct().Select(port => Loopback("", port)).ToArray();
            if (ports.Length > 0) over["ports"] = ports;
            services[service.Name] = over;
        }

        foreach (var (oneShot, own) in oneShots.Where(oneShot => oneShot.Value.Count > 0))
            services[oneShot] = new Dictionary<string, object> { ["environment"] = Settings(own) };
        return ComposeYaml.Of(new Dictionary<string, object> { ["services"] = services });

        Dictionary<string, string> Settings(Dictionary<string, string> of) => of.ToDictionary(setting => setting.Key,
            setting => isSecret(setting.Key, setting.Value) ? Hidden(setting.Value, variables) : Escaped(setting.Value));
    }

    /// <summary>Accessories and edge. Their data are named volumes, which no release touches.</summary>
    /// <param name="passwordOf">Accessory → its password.</param>
    /// <param name="edgeKey">What the edge's admin side asks for: the slots' public services are on its network and reach it too.</param>
    /// <param name="ports">The public ports, the first door's first.</param>
    /// <param name="variables">Gets what compose must find in its environment.</param>
    public static string Shared(ComposeNames names, DeploymentManifest manifest, Func<string, string> passwordOf, string edgeKey,
        string edgeImage, IReadOnlyList<OpenPort> ports, Dictionary<string, string> variables,
        AccessoryParts? parts = null)
    {
        var services = parts?.Services ?? manifest.Accessories.Values.ToDictionary(accessory => accessory.Name,
            accessory => (object)Accessory(names, accessory, passwordOf, variables));
        services[ComposeNames.Edge] = new Dictionary<string, object>
        {
            ["image"] = edgeImage,
            ["command"] = EdgePorts.Command(ports),
            ["environment"] = new Dictionary<string, string> { [EdgeClient.KeyVariable] = Hidden(edgeKey, variables) },
            ["restart"] = Restart,
            ["stop_grace_period"] = "30s",
            ["labels"] = EdgePorts.Labels(ports).Concat(Labels(names)).ToDictionary(),
            ["ports"] = ports.Select(port => Loopback(port.Outside.ToString(CultureInfo.InvariantCulture), port.Inside))
                .Append(Loopback("", EdgePorts.Admin)).ToArray(),
            ["volumes"] = new[] { $"{EdgeVolume}:/state" },
            ["networks"] = new[] { PublicNetwork },
            ["healthcheck"] = Health(["CMD", "dotnet", "ChainBridge.Edge.dll", "health", $"http://127.0.0.1:{EdgePorts.Admin}"]),
        };
        var volumes = parts?.Volumes ?? manifest.Accessories.Keys
            .ToDictionary(name => name, _ => (object)new Dictionary<string, object> { ["labels"] = Labels(names) });
        volumes[EdgeVolume] = new Dictionary<string, object> { ["labels"] = Labels(names) };
        var networks = parts?.Networks ?? [];
        networks["default"] = Named(names, names.BaseNetwork);
        networks[PublicNetwork] = Named(names, names.PublicNetwork);
        return ComposeYaml.Of(new Dictionary<string, object>
        {
            ["services"] = services, ["volumes"] = volumes, ["networks"] = networks,
            ["secrets"] = parts?.Secrets ?? [], ["configs"] = parts?.Configs ?? [],
        });
    }

    private static Dictionary<string, object> Accessory(
        ComposeNames names, AccessorySpec accessory, Func<string, string> passwordOf, Dictionary<string, string> variables)
    {
        var service = new Dictionary<string, object> { ["image"] = accessory.Image, ["restart"] = Restart, ["labels"] = Labels(names) };
        if (accessory.Kind == AccessoryKind.Redis)
        {
            service["command"] = new[] { "redis-server", "--save", "60", "1" };
            service["volumes"] = new[] { $"{accessory.Name}:/data" };
            service["healthcheck"] = Health(["CMD", "redis-cli", "ping"]);
            return service;
        }

        // Not as a file: the image reads that as its own user, who may not read a file of ours.
        service["environment"] = new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = Hidden(passwordOf(accessory.Name), variables) };
        service["volumes"] = new[] { $"{accessory.Name}:/var/lib/postgresql/data" };
        // Over TCP: while the image sets itself up it listens on its socket only.
        service["healthcheck"] = Health(["CMD", "pg_isready", "-U", "postgres", "-h", "127.0.0.1"]);
        return service;
    }

    private static Dictionary<string, object> Health(string[] test) =>
        new() { ["test"] = test, ["interval"] = "30s", ["timeout"] = "5s", ["retries"] = 5, ["start_period"] =
            "60s", ["start_interval"] = "250ms" };

    private static Dictionary<string, string> Labels(ComposeNames names) => new() { [ComposeNames.Label] = names.Environment };

    private static Dictionary<string, object> Named(ComposeNames names, string network) =>
        new() { ["name"] = network, ["labels"] = Labels(names) };

    private static string Loopback(string outside, int inside) => $"127.0.0.1:{outside}:{inside.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The value in a variable, and the reference to it.</summary>
    public static string Hidden(string value, Dictionary<string, string> variables)
    {
        var variable = $"CHAINBRIDGE_SECRET_{variables.Count.ToString(CultureInfo.InvariantCulture)}";
        variables[variable] = value;
        return $"${{{variable}}}";
    }

    /// <summary>Compose reads a dollar as the start of a variable.</summary>
    private static string Escaped(string value) => value.Replace("$", "$$", StringComparison.Ordinal);
}
