using YamlDotNet.Core;

namespace ChainBridge.DeployRunner.Manifest;

/// <summary>
/// Whether the team's compose file can be a slot: two of them stand beside each other on one engine, behind one door.
/// What only compose itself can judge it judges when the slot is made.
/// </summary>
internal static class TeamComposeFile
{
    /// <summary>Every problem of the file, in its order.</summary>
    /// <param name="name">How problems name the file.</param>
    /// <param name="services">The manifest's; others in the file are not started.</param>
    public static IReadOnlyList<ManifestProblem> Check(string text, string name, IReadOnlyCollection<string> services)
    {
        var problems = new Problems(name);
        try
        {
            if (YamlValue.Parse(new StringReader(text)) is not YamlMap file || Value(file, "services") is not YamlMap own)
                problems.Add(1, 1, "the file has no services", "write services: with one entry for each of the manifest's services");
            else
                foreach (var service in services) Service(own, service, problems);
        }
        catch (YamlException syntax)
        {
            problems.Add((int)syntax.Start.Line, (int)syntax.Start.Column, $"this is not YAML: {syntax.Message}", "check indentation, quotes and colons around here");
        }

        return problems.All;
    }

    private static void Service(YamlMap services, string name, Problems problems)
    {
        if (Value(services, name) is not YamlMap service)
        {
            problems.Add(services, $"the service '{name}' of the manifest is not in this file", $"add {name}: with its image, or take it out of the manifest");
            return;
        }

        if (Value(service, "container_name") is { } fixedName)
            problems.Add(fixedName, $"{name} has a container_name: the old and the new release cannot both have it", "remove it; the runner names containers by slot");
        if (Value(service, "network_mode") is YamlScalar { Text: "host" } host)
            problems.Add(host, $"{name} uses the host's network: the old and the new release cannot both listen there", "remove network_mode; the slot has a network of its own");
        foreach (var port in (Value(service, "ports") as YamlList)?.Items.Where(IsPublished) ?? [])
            problems.Add(port, $"{name} publishes a fixed port of this machine: the old and the new release cannot both have it", "remove it; the runner publishes what it needs, and the door is the edge's");
    }

    /// <summary><c>8080</c> alone is published on any free port, <c>80:8080</c> on one.</summary>
    private static bool IsPublished(YamlValue port) => port switch
    {
        YamlScalar { Text: var text } => text.Contains(':', StringComparison.Ordinal) && !text.Contains("::", StringComparison.Ordinal),
        YamlMap map => Value(map, "published") is YamlScalar { IsNull: false, Text: not "0" },
        _ => false,
    };

    private static YamlValue? Value(YamlMap map, string key) => map.Entries.FirstOrDefault(entry => entry.Key is YamlScalar word && word.Text == key)?.Value;
}
