using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Environments and alerts.</summary>
internal static class EnvironmentReader
{
    /// <summary>The public port where the manifest names none.</summary>
    private const int UsualPort = 8088;

    /// <summary>The environment of a command that names none; null where the manifest does not say.</summary>
    public static string? Default(Section root, IEnumerable<string> names, Problems problems)
    {
        if (root.Text("defaultEnvironment") is not { } name) return null;
        var known = names.ToList();
        if (!known.Contains(name))
            problems.Add(root.Place("defaultEnvironment"), $"there is no environment '{name}'",
                Spelling.Nearest(name, known) is { } near ? $"did you mean '{near}'?" : $"environments are: {string.Join(", ", known)}");
        return name;
    }

    /// <param name="doors">The doors that the manifest has for every environment.</param>
    /// <param name="compose">The compose file of the manifest's root, full path; null when it names none.</param>
    /// <param name="project">Of the manifest.</param>
    /// <param name="preflight">Of the manifest, for the keys that the environment's own section does not have.</param>
    public static EnvironmentSpec Environment(string name, Section section, string project, string folder, IReadOnlyList<DoorSpec> doors,
        string? compose, PreflightSpec preflight, Problems problems)
    {
        if (!ManifestRules.IsName(name))
            problems.Add(section.At, $"the environment name '{name}' cannot begin a version",
                "use lower-case letters, digits and '-'; begin with a letter");
        var target = section.Choice("target", TargetKind.Process, required: true);
        var composeFile = section.Text("composeFile") ?? compose;
        if (target == TargetKind.Compose && composeFile is null)
            problems.Add(section.At, $"environments.{name} has the target compose but no composeFile",
                "add compose: docker-compose.yml at the root of the manifest, or composeFile: here");
        var ports = section.IntegerMap("ports", 0, 65535);
        var first = doors.Count > 0 && ports.TryGetValue(doors[0].Name, out var own) ? own : doors.FirstOrDefault()?.Port ?? UsualPort;
        var strategy = StrategyReader.Read(section, name, target, problems);
        var spec = new EnvironmentSpec(
            name,
            target,
            Path.GetFullPath(section.Text("stateDirectory", $".chainbridge/{name}")!, folder),
            section.Integer("port", first, 0, 65535),
            composeFile is null ? null : Path.GetFullPath(composeFile, folder),
            section.Integer("retain", 5, 2, 1000),
            new(section.Wait("readyTimeout", TimeSpan.FromSeconds(60)), section.Wait("drainTimeout", TimeSpan.FromSeconds(30))),
            section.TextMap("variables"))
        {
            Ports = ports,
            ApproveWithin = section.OptionalDuration("approveWithin"),
            HasPort = section.Has("port")
                || doors.FirstOrDefault() is { } door && (door.Port is not null || ports.ContainsKey(door.Name)),
            Preflight = PreflightReader.Read(section.Child("preflight"), preflight, problems),
            SlotVolumes = section.Texts("slotVolumes") ?? [],
            Canary = strategy.Canary,
            Rolling = strategy.Rolling,
            Url = NotifyReader.Address(section, "url", problems),
            Build = BuilderReader.Read(section, target, problems),
        };
        spec = HostReader.Read(section, spec, project, folder, problems);
        section.Close();
        return spec;
    }

    public static AlertsSpec Alerts(Section? section)
    {
        var limits = new AlertsSpec(
            section?.Duration("deploymentLongerThan", TimeSpan.FromMinutes(15)) ?? TimeSpan.FromMinutes(15),
            section?.Size("imageLargerThan", 1_000_000_000) ?? 1_000_000_000,
            section?.Duration("smokeLongerThan", TimeSpan.FromSeconds(60)) ?? TimeSpan.FromSeconds(60),
            0.10, TimeSpan.FromDays(7), 10);
        if (section?.Child("rolledBackMoreThan") is { } rolledBack)
        {
            limits = limits with
            {
                RolledBackShare = rolledBack.Share("share", 0.10),
                RolledBackWindow = rolledBack.Duration("window", TimeSpan.FromDays(7)),
                RolledBackMinimum = rolledBack.Integer("minimum", 10, 1, int.MaxValue),
            };
            rolledBack.Close();
        }

        section?.Close();
        return limits;
    }
}
