namespace ChainBridge.Engine.Manifest;

/// <summary>Reads a manifest that names a compose file at its root: names only, which the file must have.</summary>
internal static class ComposeSpecReader
{
    /// <summary>Null for a manifest that lists its services itself.</summary>
    public static ComposeSpec? Read(Section root, string folder, Problems problems)
    {
        if (root.Text("compose") is not { } file) return null;
        var services = root.Children("services").Select(child => new ServiceBeside(
            At("services", child.Name, child.Section.At, problems), ServiceReader.Beside(child.Name, child.Section, problems))).ToList();
        return new(Path.GetFullPath(file, folder), Named(root, "accessories", problems), Named(root, "workers", problems),
            Named(root, "jobs", problems), Doors(root, problems), services, At("compose", file, root.Place("compose"), problems));
    }

    /// <summary>The names of a list, each with its place.</summary>
    public static IReadOnlyList<NamedService> Named(Section section, string key, Problems problems)
    {
        var names = section.Texts(key) ?? [];
        var places = (section.Place(key) as YamlList)?.Items ?? [];
        return [.. names.Zip(places).Select(named => At(key, named.First, named.Second, problems))];
    }

    private static IReadOnlyList<NamedService> Doors(Section root, Problems problems) =>
        [.. root.Children("doors").Select(door => (door.Name, Place: door.Section.Place("service")))
            .Where(door => door.Place is YamlScalar)
                .Select(door => At($"doors.{door.Name}", ((YamlScalar)door.Place).Text, door.Place, problems))];

    private static NamedService At(string key, string name, YamlValue place, Problems problems) =>
        new(key, name, problems.File, place.Line, place.Column);
}
