using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// The doors of a manifest with a compose file: where a door names no port, it is the one that the file publishes for its service, and the
/// inner side of that is where the door leads.
/// </summary>
internal static class ComposeDoors
{
    public static DeploymentManifest In(DeploymentManifest manifest, ComposeModel model)
    {
        var named = manifest.Doors.Count > 0
            ? manifest.Doors
            : [.. manifest.Services.Values.Where(service => service.Public).Take(1)
                .Select(open => new DoorSpec(DoorSpec.Default, open.Name, 0))];
        List<DoorSpec> doors = [.. named.Select(door => door with
        {
            ServicePort = door.ServicePort != 0 ? door.ServicePort : manifest.Services.GetValueOrDefault(door.Service)?.Port ?? 0,
            // A door that differs from the others by host or path shares the first door's port.
            Port = door.Port ?? (door is { Host: null, Path: null } ? Published(model.Services.GetValueOrDefault(door.Service)) : null),
        })];
        return manifest with
        {
            Doors = doors,
            Gates = manifest.Gates with
            {
                Smoke = manifest.Gates.Smoke with
                {
                    Probes = [.. manifest.Gates.Smoke.Probes.Select(probe => WithHost(probe, doors, manifest))],
                },
            },
            Environments = manifest.Environments.ToDictionary(environment => environment.Key, environment => environment.Value with
            {
                Port = environment.Value.HasPort ? environment.Value.Port : doors.FirstOrDefault()?.Port ?? environment.Value.Port,
            }),
        };
    }

    public static IEnumerable<ManifestProblem> Check(DeploymentManifest filled)
    {
        var compose = filled.Compose!;
        foreach (var both in compose.Services.Where(beside => beside.Spec.Public && compose.Doors.Count > 0))
            yield return both.Named.Problem($"{both.Named.Name} is public beside doors, which make it public already",
                "take public: true out; the services behind doors are the public ones");
        foreach (var environment in filled.Environments.Values)
        {
            var here = filled.DoorsIn(environment);
            foreach (var same in here.GroupBy(door => (door.OpenedBy(here).Name, door.Host?.ToLowerInvariant(), door.Path ?? ""))
                .Where(same => same.Count() > 1))
                yield return (compose.Doors.FirstOrDefault(door => door.Key == $"doors.{same.Last().Name}") ?? compose.Place).Problem(
                    $"the doors {string.Join(" and ", same.Select(door => door.Name))} take the same requests in {environment.Name}",
                    "give one of them another port, host or path");
        }

        if (filled.Doors.Count == 0)
            yield return compose.Place.Problem("there is no door and no service is public, so the edge would lead nowhere",
                "add doors: { web: { service: NAME } }, or services: { NAME: { public: true } }");
        if (compose.Doors.Count == 0 && compose.Services.Where(beside => beside.Spec.Public).Skip(1).FirstOrDefault() is { } second)
            yield return second.Named.Problem($"a second public service: {second.Named.Name}",
                "keep public: true on one, or name each as a door: doors: { web: { service: NAME } }");
    }

    /// <summary>A probe with the host that its door's service answers to, unless door or probe name another one.</summary>
    private static ProbeSpec WithHost(ProbeSpec probe, IReadOnlyList<DoorSpec> doors, DeploymentManifest manifest) =>
        (probe.Door is null ? doors.FirstOrDefault() : doors.FirstOrDefault(door => door.Name == probe.Door)) is { Host: null } open
            && manifest.Services.GetValueOrDefault(open.Service)?.Host is { } host
            ? probe with { Host = probe.Host ?? host }
            : probe;

    /// <summary>The fixed port of this machine that a service publishes; null when it has none.</summary>
    private static int? Published(YamlMap? service) =>
        ((ComposeModel.Value(service, "ports") as YamlList)?.Items ?? []).Select(port => ComposeRules.Pair(port).Published)
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? (int?)port
                : null)
            .FirstOrDefault(port => port is not null);
}
