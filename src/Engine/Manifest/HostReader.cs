using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>The keys of an environment that lives on other machines.</summary>
internal static class HostReader
{
    /// <summary>The environment with its hosts; as it is when it names none.</summary>
    public static EnvironmentSpec Read(Section section, EnvironmentSpec spec, string project, string folder, Problems problems)
    {
        var hosts = section.TextsOrItems("hosts", "a list of hosts: [ssh://user@host]");
        var config = section.Text("sshConfig");
        var registry = RegistryReader.Read(section, problems);
        if (hosts is null)
        {
            if (registry is not null)
                problems.Add(section.Place("registry"), $"environments.{spec.Name}.registry is for a host, and there is none",
                    "add hosts: [ssh://user@host], or take it out: on this machine images travel nowhere");
            if (config is not null)
                problems.Add(section.Place("sshConfig"), $"environments.{spec.Name}.sshConfig is for a host, and there is none",
                    "add hosts: [ssh://user@host], or take it out");
            return spec;
        }

        if (hosts.Count == 0) problems.Add(section.Place("hosts"), "the list of hosts is empty", "write hosts: [ssh://user@host]");
        var known = new List<HostSpec>();
        foreach (var (at, text, item) in hosts)
        {
            if (Host(at, text, item, problems) is not { } host) continue;
            if (known.Any(other => other.Address.Place == host.Address.Place))
                problems.Add(at, $"environments.{spec.Name} has the host {host.Address.Place} twice", "take one of them out");
            known.Add(host);
        }

        CheckTarget(section, spec, problems);
        return spec with
        {
            Hosts = known,
            SshConfig = config is null ? null : Path.GetFullPath(config, folder),
            Registry = registry,
            StateDirectory = section.Text("stateDirectory") ?? $".chainbridge/{project}-{spec.Name}",
            WorkDirectory = Path.GetFullPath($".chainbridge/{spec.Name}", folder),
        };
    }

    /// <summary>Reports accessories of an environment with several hosts: each host would have a database of its own.</summary>
    public static void CheckAccessories(
        Section environment, EnvironmentSpec spec, IReadOnlyDictionary<string, AccessorySpec> accessories, Problems problems)
    {
        if (spec.Hosts.Count < 2 || accessories.Count == 0 || environment.Place("hosts") is not YamlList list) return;
        problems.Add(list.Items[1], $"environments.{spec.Name} has {Plural.Of(spec.Hosts.Count, "host")}, and the manifest has accessories "
            + $"({string.Join(", ", accessories.Keys)}): each host would have its own, with other data",
            "take them out of accessories, run them outside, and give services their addresses in variables; or keep one host");
    }

    private static HostSpec? Host(YamlValue at, string? text, Section? section, Problems problems)
    {
        int? port = null;
        if (section is not null)
        {
            text = section.Text("address", required: true);
            port = section.OptionalInteger("port", 1, 65535);
            section.Close();
            if (text is null) return null;
        }

        if (HostAddress.Parse(text!) is { } address) return new(address, port);
        problems.Add(section?.Place("address") ?? at, $"'{text}' is no host", "write ssh://user@host or ssh://user@host:port");
        return null;
    }

    private static void CheckTarget(Section section, EnvironmentSpec spec, Problems problems)
    {
        if (spec.Target != TargetKind.Compose)
            problems.Add(section.Place("target"),
                $"environments.{spec.Name} has a host, and its target is {spec.Target.ToString().ToLowerInvariant()}",
                "write target: compose; nothing else runs on another machine");
        if (spec.Port == 0)
            problems.Add(section.Place("port"), "a free port is not chosen on another machine", "name the port of the door there");
        foreach (var (door, _) in spec.Ports.Where(port => port.Value == 0))
            problems.Add(section.Place("ports"), $"a free port is not chosen on another machine, and {door} has 0",
                "name the port of the door there");
    }
}
