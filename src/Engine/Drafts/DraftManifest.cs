using System.Text.RegularExpressions;
using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>Writes the manifest with a word on every guess.</summary>
internal static partial class DraftManifest
{
    private const int FirstPort = 8088;

    /// <param name="from">The team's compose file.</param>
    /// <param name="compose">The one that the manifest names.</param>
    public static string Write(IReadOnlyList<Guessed> guesses, string from, string compose, string folder, string schema,
        Func<string, string?> environment)
    {
        var doors = guesses.Where(guess => guess.Role == Role.Door).ToList();
        var lines = new List<string>
        {
            $"# yaml-language-server: $schema={schema}",
            $"# Written by deployrunner init from {from}. docs/manifest.md has every key; deployrunner validate checks it.",
            $"project: {Project(folder, environment)}",
            "",
            $"compose: {FlowYaml.Text(compose)}    # what each service is: build, image, settings, health, dependencies, volumes",
        };
        Names(lines, guesses, Role.Accessory, "accessories", "shared by releases, never replaced by one; guessed by their images");
        Names(lines, guesses, Role.Worker, "workers",
            "take work from a queue by themselves; guessed: they wait for a broker and have no port");
        var unnamed = guesses.Where(guess => guess.Role == Role.Job && !guesses.SelectMany(other => other.Facts.Waits)
            .Any(wait => wait.Name == guess.Facts.Name && wait.Completed)).ToList();
        Names(lines, unnamed, Role.Job, "jobs", "run once per release; guessed by their names");
        if (doors.Count > 0)
        {
            lines.Add("doors:    # public; by the ports that are published, the first door first");
            lines.AddRange(doors.Select((door, index) => $"  {DoorName(door)}: {{ service: {door.Facts.Name}, "
                + $"to: {door.Port!.Value.Inner}, port: {door.Port.Value.Published ?? FirstPort + index} }}"));
        }
        else
        {
            var first = guesses.First(guess => guess.Role is Role.Inner or Role.Worker);
            lines.Add("doors:    # nothing publishes a port: name the service that people reach, and where it listens");
            lines.Add($"  web: {{ service: {first.Facts.Name}, to: 8080, port: {FirstPort} }}");
        }

        lines.AddRange(
        [
            "",
            "gates:",
            "  smoke:    # asked of a release before it has traffic, and again after",
            "    probes:",
            "      - { path: / }    # better: a page that needs the database, with contains: and a word that it must show",
            .. doors.Skip(1).Select(door => $"      - {{ door: {DoorName(door)}, path: / }}"),
            "",
            "environments:",
            "  staging:",
            "    target: compose",
        ]);
        return string.Join('\n', lines) + "\n";
    }

    private static void Names(List<string> lines, IEnumerable<Guessed> guesses, Role role, string key, string comment)
    {
        if (guesses.Where(guess => guess.Role == role).Select(guess => guess.Facts.Name).ToList() is { Count: > 0 } names)
            lines.Add($"{key}: [{string.Join(", ", names.Select(FlowYaml.Text))}]    # {comment}");
    }

    /// <summary>As Compose would name it: the folder, unless a variable sets another name.</summary>
    private static string Project(string folder, Func<string, string?> environment)
    {
        var name = environment("COMPOSE_PROJECT_NAME") is { Length: > 0 } set
            ? set
            : Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var plain = Odd().Replace(name.ToLowerInvariant(), "-").Trim('-');
        return ManifestRules.IsName(plain) ? plain : plain.Length > 0 && ManifestRules.IsName($"app-{plain}") ? $"app-{plain}" : "app";
    }

    private static string DoorName(Guessed door) => Odd().Replace(door.Facts.Name.ToLowerInvariant(), "-").Trim('-') is var name
        && ManifestRules.IsName(name) && name != DefaultDoor ? name : $"door-{door.Port!.Value.Inner}";

    private const string DefaultDoor = "default";

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex Odd();
}
