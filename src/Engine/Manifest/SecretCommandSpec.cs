using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>A secret that a command prints, e.g. the client of a password manager.</summary>
/// <param name="Variable">The variable that it stands for; where that is set, or its <c>…_FILE</c>, the command is not run.</param>
/// <param name="From">The program and its arguments, none of them a secret.</param>
/// <param name="Timeout">Default 30 s.</param>
/// <param name="Place">Where the manifest names it: <c>file:line:column</c>.</param>
public sealed record SecretCommandSpec(string Variable, IReadOnlyList<string> From, TimeSpan Timeout, string Place);

/// <summary>The key <c>secrets</c>.</summary>
internal static partial class SecretCommandReader
{
    /// <summary>What a variable of such a secret holds for a verb that does not ask for it.</summary>
    public const string NotAsked = "(secret)";

    /// <summary>The names alone: they are known before anything else is read.</summary>
    public static IReadOnlySet<string> Names(YamlMap root) => root.Entries
        .Where(entry => entry is { Key: YamlScalar { Text: "secrets" }, Value: YamlMap })
        .SelectMany(entry => ((YamlMap)entry.Value!).Entries).Select(entry => entry.Key).OfType<YamlScalar>()
        .Select(key => key.Text).ToHashSet(StringComparer.Ordinal);

    public static IReadOnlyList<SecretCommandSpec> Read(Section root, Problems problems) =>
        [.. root.Children("secrets").Select(child => Read(child.Name, child.Section, problems))];

    private static SecretCommandSpec Read(string name, Section section, Problems problems)
    {
        if (!Pattern().IsMatch(name))
            problems.Add(section.At, $"the secret '{name}' is not the name of an environment variable",
                "use capital letters, digits and '_': DB_PASSWORD");
        var from = section.Texts("from", required: true) ?? [];
        if (section.Place("from") is YamlList && from is [] or ["", ..])
            problems.Add(section.Place("from"), "the secret names no program",
                "name the program and its arguments: [op, read, \"op://…\"]");
        var spec = new SecretCommandSpec(name, from, section.Wait("timeout", TimeSpan.FromSeconds(30)), problems.PlaceOf(section.At));
        section.Close();
        return spec;
    }

    [GeneratedRegex(@"^[A-Z_][A-Z0-9_]*\z")]
    private static partial Regex Pattern();
}
