using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// Merges the manifest with its compose file. A slot runs every service of the file without a
/// profile that is no accessory and does not run only once.
/// </summary>
internal static class ComposeServices
{
    /// <summary>Where a service listens that the file does not name, though others ask it.</summary>
    private const int UsualPort = 8080;

    /// <summary>The manifest with its services, and what keeps the two from fitting together.</summary>
    public static (DeploymentManifest Manifest, IReadOnlyList<ManifestProblem> Problems) Of(DeploymentManifest manifest, ComposeModel model)
    {
        var compose = manifest.Compose!;
        var accessories = compose.Accessories.Select(named => named.Name).ToHashSet();
        var once = Once(compose, model, accessories);
        var services = model.Services.Where(service => !accessories.Contains(service.Key) && !once.Contains(service.Key)
            && ComposeModel.Value(service.Value, "profiles") is not YamlList { Items.Count: > 0 }).Select(service => service.Key).ToList();
        var open = compose.Doors.Select(door => door.Name)
            .Concat(compose.Services.Where(beside => beside.Spec.Public).Select(beside => beside.Named.Name)).ToHashSet();
        var filled = manifest with
        {
            Services = services.ToDictionary(name => name, name => Service(manifest, model.Services[name], name, services, open)),
            Accessories = accessories.ToDictionary(name => name, name => Accessory(name, model.Services.GetValueOrDefault(name))),
        };
        filled = ComposeDoors.In(filled, model);
        var rules = new ComposeRules(model, filled);
        filled = filled with
        {
            Jobs = once.Where(name => rules.ImageOwner(model.Services[name]) is null)
                .ToDictionary(name => name, name => Service(manifest, model.Services[name], name, [], open)),
        };
        return (filled, [.. ComposeNaming.Check(filled, model).Distinct()]);
    }

    /// <summary>Services whose end another one waits for, and those the manifest marks to run once.</summary>
    private static List<string> Once(ComposeSpec compose, ComposeModel model, HashSet<string> accessories) =>
        [.. model.Services.Where(service => !accessories.Contains(service.Key)).SelectMany(service => ComposeDependency.Of(service.Value))
            .Where(wait => wait.Completed).Select(wait => wait.Name).Concat(compose.Jobs.Select(job => job.Name)).Distinct()
            .Where(name => model.Services.ContainsKey(name) && !accessories.Contains(name))];

    private static ServiceSpec Service(
        DeploymentManifest manifest, YamlMap service, string name, List<string> services, HashSet<string> open)
    {
        var beside = manifest.Compose!.Services.FirstOrDefault(named => named.Named.Name == name)?.Spec;
        var built = ComposeModel.Value(service, "build") is not null;
        var known = beside ?? ServiceReader.Default(name);
        return known with
        {
            Build = known.Build with
            {
                Image = built ? $"{manifest.Project}/{name}" : ComposeModel.Text(service, "image") ?? "", Pulled = !built,
            },
            Port = known.Port != 0 ? known.Port : Port(service)
                ?? (open.Contains(name) || known.Ready.HealthPath is not null ? UsualPort : 0),
            Ready = known.Ready with { Checked = HasCheck(service) },
            Worker = manifest.Compose!.Workers.Any(worker => worker.Name == name),
            DependsOn = [.. ComposeDependency.Of(service).Select(wait => wait.Name).Where(services.Contains)],
        };
    }

    private static AccessorySpec Accessory(string name, YamlMap? service)
    {
        var image = ComposeModel.Text(service, "image") ?? "";
        var repository = image.Split('@')[0].Split('/')[^1].Split(':')[0];
        return new(name, repository.StartsWith("postgres", StringComparison.Ordinal) ? AccessoryKind.Postgres
            : repository.StartsWith("redis", StringComparison.Ordinal) ? AccessoryKind.Redis : AccessoryKind.Other, image);
    }

    private static bool HasCheck(YamlMap service) => ComposeModel.Value(service, "healthcheck") is YamlMap check
        && ComposeModel.Text(check, "disable") is not ("true" or "yes" or "on")
        && ComposeModel.Value(check, "test") is { } test and not YamlList { Items: [YamlScalar { Text: "NONE" }] };

    /// <summary>The inner side of a service's first published port, or what it exposes; null when it has neither.</summary>
    private static int? Port(YamlMap service) =>
        ((ComposeModel.Value(service, "ports") as YamlList)?.Items ?? []).Select(port => ComposeRules.Pair(port).Target)
            .Concat(((ComposeModel.Value(service, "expose") as YamlList)?.Items ?? []).OfType<YamlScalar>()
                .Select(port => port.Text.Split('/')[0]))
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? (int?)port : null)
            .FirstOrDefault(port => port is not null);
}
