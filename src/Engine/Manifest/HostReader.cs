using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>The keys of an environment that lives on another machine.</summary>
internal static class HostReader
{
    /// <summary>The environment with its host; as it is when it names none.</summary>
    public static EnvironmentSpec Read(Section section, EnvironmentSpec spec, string project, string folder, Problems problems)
    {
        var hosts = section.Texts("hosts");
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

        var at = section.Place("hosts") is YamlList list ? list.Items : [];
        var addresses = hosts.Select(HostAddress.Parse).ToList();
        foreach (var (index, text) in hosts.Index().Where(host => addresses[host.Index] is null))
            problems.Add(at[index], $"'{text}' is no host", "write ssh://user@host or ssh://user@host:port");
        if (hosts.Count == 0) problems.Add(section.Place("hosts"), "the list of hosts is empty", "write hosts: [ssh://user@host]");
        if (hosts.Count > 1)
            problems.Add(at[1], $"environments.{spec.Name} has {hosts.Count} hosts; more than one is not possible yet",
                "keep one of them, or give each an environment of its own");
        CheckTarget(section, spec, problems);
        return spec with
        {
            Host = addresses.FirstOrDefault(),
            SshConfig = config is null ? null : Path.GetFullPath(config, folder),
            Registry = registry,
            StateDirectory = section.Text("stateDirectory") ?? $".chainbridge/{project}-{spec.Name}",
            WorkDirectory = Path.GetFullPath($".chainbridge/{spec.Name}", folder),
        };
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
