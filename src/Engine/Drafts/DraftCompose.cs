using ChainBridge.Engine.Manifest;

namespace ChainBridge.Engine.Drafts;

/// <summary>Writes the compose file that extends the team's own, less what is for development only.</summary>
internal static class DraftCompose
{
    private static readonly string[] Shared = ["volumes", "networks", "secrets", "configs"];

    public static string Write(
        string composeFile, string folder, IReadOnlyList<Guessed> guesses, IReadOnlyDictionary<string, Cuts> cuts)
    {
        var name = Path.GetRelativePath(folder, composeFile);
        var lines = new List<string>
        {
            $"# Written by deployrunner init: the services of {name} that are deployed, less what is there for development only.",
            "services:",
        };
        foreach (var one in guesses.Where(guess => guess.Role != Role.LeftOut).Select(guess => guess.Facts))
        {
            lines.Add($"  {one.Name}:");
            lines.Add($"    extends: {{ file: {FlowYaml.Text(Path.GetRelativePath(folder, one.File))}, service: {one.Name} }}");
            lines.AddRange(cuts[one.Name].Lines.Select(line => $"    {line}"));
        }

        // What services extend brings them along, and not what they use beside them; written as it stands, variables and all.
        var root = YamlValue.Parse(new StringReader(File.ReadAllText(composeFile))) as YamlMap;
        foreach (var key in Shared)
            if (ComposeModel.Value(root, key) is YamlMap { Entries.Count: > 0 } shared)
            {
                lines.Add($"{key}:");
                lines.AddRange(shared.Entries.Select(entry => $"  {FlowYaml.Of(entry.Key)}: {FlowYaml.Of(entry.Value)}"));
            }

        return string.Join('\n', lines) + "\n";
    }
}
