using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>The public doors: those of <c>doors</c>, or the one to the service with <c>public: true</c>.</summary>
internal sealed class DoorReader
{
    private const string Example = "doors: { web: { service: NAME, port: 8080 } }";
    private readonly List<(DoorSpec Spec, Section? Section)> _doors;

    private DoorReader(List<(DoorSpec Spec, Section? Section)> doors) => _doors = doors;

    /// <summary>The first door first.</summary>
    public IReadOnlyList<DoorSpec> Specs => [.. _doors.Select(door => door.Spec)];

    /// <param name="services">Null when they are a compose file's, and so not known yet: <see cref="ComposeDoors"/> goes on then.</param>
    public static DoorReader Doors(Section root, IReadOnlyList<(ServiceSpec Spec, Section Section)>? services, Problems problems)
    {
        var named = root.Children("doors").ToList();
        var open = (services ?? []).Where(service => service.Spec.Public).ToList();
        if (root.Has("doors"))
        {
            foreach (var (spec, section) in open)
                problems.Add(section.Place("public"), $"{spec.Name} is public beside doors, which make it public already",
                    "take public: true out; the services behind doors are the public ones");
            if (named.Count == 0) problems.Add(root.Place("doors"), "there is no door, so the edge would lead nowhere", Example);
            return new([.. named.Select((door, index) => (Door(door.Name, door.Section, services, index == 0, problems), door.Section))]);
        }

        if (open.Count == 0 && services?.Count > 0)
            problems.Add(root.Place("services"), "there is no door and no service is public, so the edge would lead nowhere",
                $"add {Example}, or public: true to one service");
        foreach (var (spec, section) in open.Skip(1))
            problems.Add(section.Place("public"), $"a second public service: {spec.Name}, beside {open[0].Spec.Name}",
                $"keep public: true on one, or name each as a door: {Example}");
        return new([.. open.Take(1).Select(service =>
            (new DoorSpec(DoorSpec.Default, service.Spec.Name, service.Spec.Port), (Section?)null))]);
    }

    /// <summary>What is wrong with the doors of one environment.</summary>
    /// <param name="compose">Their ports may be the compose file's, which is not read yet.</param>
    public void Check(Section section, EnvironmentSpec environment, bool compose, Problems problems)
    {
        if (_doors.Count == 0) return;
        foreach (var name in environment.Ports.Keys)
            CheckName(section.Place("ports"), name, $"environments.{environment.Name}.ports has a port for", problems);
        var first = Specs[0].Name;
        if (environment.Ports.ContainsKey(first) && section.Has("port"))
            problems.Add(section.Place("port"), $"environments.{environment.Name} has two ports for its first door, {first}",
                $"keep port, and take {first} out of ports");
        var here = environment.Doors(Specs);
        foreach (var same in compose ? [] : here
            .GroupBy(door => (door.OpenedBy(here).Name, door.Host?.ToLowerInvariant(), door.Path?.TrimEnd('/') ?? ""))
            .Where(same => same.Count() > 1))
            problems.Add(_doors.First(door => door.Spec.Name == same.Last().Name).Section?.At ?? section.At,
                $"the doors {string.Join(" and ", same.Select(door => door.Name))} take the same requests in {environment.Name}",
                "give one of them another port, host or path");
        foreach (var door in here.Where(door => environment.Target == TargetKind.Process && _doors.First(known =>
            known.Spec.Name == door.Name).Section?.Has("to") == true))
            problems.Add(_doors.First(known => known.Spec.Name == door.Name).Section!.Place("to"),
                $"{environment.Name} runs processes, which get one port each from the runner: there is no port {door.ServicePort} inside",
                "take 'to' out, or choose target: compose");
    }

    /// <summary>Reports a name that is no door's.</summary>
    public void CheckName(YamlValue at, string name, string what, Problems problems)
    {
        var names = Specs.Select(door => door.Name).ToList();
        if (!names.Contains(name))
            problems.Add(at, $"{what} '{name}', which is no door",
                Spelling.Nearest(name, names) is { } near ? $"did you mean '{near}'?" : $"doors are: {string.Join(", ", names)}");
    }

    /// <summary>A probe with the host that its door's service answers to, unless door or probe name another one.</summary>
    public ProbeSpec WithHost(ProbeSpec probe, IReadOnlyList<(ServiceSpec Spec, Section Section)> services) =>
        (probe.Door is null ? Specs.FirstOrDefault() : Specs.FirstOrDefault(door => door.Name == probe.Door)) is { Host: null } open
            && services.FirstOrDefault(service => service.Spec.Name == open.Service).Spec?.Host is { } host
            ? probe with { Host = probe.Host ?? host }
            : probe;

    private static DoorSpec Door(string name, Section section, IReadOnlyList<(ServiceSpec Spec, Section Section)>? services, bool first,
        Problems problems)
    {
        if (!ManifestRules.IsName(name) || name.Length > 63)
            problems.Add(section.At, $"the door name '{name}' cannot be part of a variable's name",
                "use lower-case letters, digits and '-', at most 63; begin with a letter");
        if (name == DoorSpec.Default && !first)
            problems.Add(section.At, "only the first door can be called 'default'", "put it first, or give it another name");
        var wanted = section.Text("service", required: true) ?? "";
        var known = (services ?? []).Select(service => service.Spec.Name).ToList();
        var service = services?.FirstOrDefault(service => service.Spec.Name == wanted).Spec;
        if (services is not null && service is null && wanted.Length > 0)
            problems.Add(section.Place("service"), $"doors.{name} leads to '{wanted}', which is no service",
                Spelling.Nearest(wanted, known) is { } near ? $"did you mean '{near}'?" : $"services are: {string.Join(", ", known)}");
        var spec = new DoorSpec(name, wanted, section.Integer("to", services is null ? 0 : service?.Port ?? 8080, 1, 65535),
            section.OptionalInteger("port", 0, 65535), section.Text("host"), section.Text("path"));
        if (spec.Host is { } host && Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
            problems.Add(section.Place("host"), $"'{host}' is no host name", "write the name alone, e.g. admin.example.com; no port");
        if (spec.Path is { } path && (!path.StartsWith('/') || path.AsSpan().ContainsAny('?', '#', ' ')))
            problems.Add(section.Place("path"), $"'{path}' is no path", "begin with '/', and leave the query out: /api");
        section.Close();
        return spec with { Path = spec.Path?.TrimEnd('/') is { Length: > 0 } below ? below : null };
    }
}
