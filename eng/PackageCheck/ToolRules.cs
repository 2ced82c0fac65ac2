using System.Xml.Linq;

namespace ChainBridge.PackageCheck;

/// <summary>What a package that is installed as a .NET tool must have in it to run where nothing else of ours is.</summary>
public static class ToolRules
{
    /// <summary>The runner for any machine, and the one compiled to native code.</summary>
    private static readonly string[] Runners = ["deployrunner.dll", "deployrunner"];

    private const string Settings = "/DotnetToolSettings.xml";

    /// <summary>The programs that the runner starts, by the folder each is carried in, and what else must be there.</summary>
    private static readonly IReadOnlyDictionary<string, string[]> Carried = new Dictionary<string, string[]>
    {
        ["edge"] = ["ChainBridge.Edge.dll", "ChainBridge.Edge.deps.json", "ChainBridge.Edge.runtimeconfig.json", "Dockerfile"],
        ["supervisor"] =
            ["ChainBridge.Supervisor.dll", "ChainBridge.Supervisor.deps.json", "ChainBridge.Supervisor.runtimeconfig.json"],
    };

    /// <summary>Whether it is a tool and no library.</summary>
    public static bool IsTool(PackageFile package) =>
        package.Files.Keys.Any(file => file.EndsWith(Settings, StringComparison.Ordinal));

    /// <summary>What it lacks; all at once.</summary>
    /// <param name="feed">Every package that goes out with it.</param>
    public static IEnumerable<string> Problems(PackageFile package, IReadOnlyCollection<PackageFile> feed)
    {
        var settings = package.Files.First(file => file.Key.EndsWith(Settings, StringComparison.Ordinal));
        var folder = settings.Key[..^(Settings.Length - 1)];
        var content = XDocument.Load(new MemoryStream(settings.Value));
        var machines = content.Descendants("RuntimeIdentifierPackage").Select(machine => machine.Attribute("Id")?.Value ?? "").ToList();
        if (content.Descendants("Command").FirstOrDefault() is not { } command)
            yield return "the tool has no command";
        else if (machines.Count == 0 && command.Attribute("EntryPoint")?.Value is var program
            && !package.Files.ContainsKey(folder + program))
            yield return $"the command {command.Attribute("Name")?.Value} starts {program}, which is not in it";
        // A package that names one for each kind of machine has nothing else in it.
        foreach (var missing in machines.Where(id => feed.All(other => other.Id != id || other.Version != package.Version)))
            yield return $"it sends machines to {missing} {package.Version}, which is not in the feed";
        if (package.Dependencies.Count > 0)
            yield return "a tool carries what it needs, and this one needs "
                + string.Join(", ", package.Dependencies.Select(one => one.Id));
        // The runner starts programs of ours; other tools are one program.
        foreach (var missing in Carried.Where(_ => Runners.Any(runner => package.Files.ContainsKey(folder + runner)))
            .SelectMany(carried => carried.Value.Select(file => $"{carried.Key}/{file}"))
            .Where(file => !package.Files.ContainsKey(folder + file)))
            yield return $"{missing} is not carried";
        foreach (var (file, bytes) in package.Files.Where(file => file.Key.EndsWith(".dll", StringComparison.Ordinal)
            && Path.GetFileName(file.Key) is var name
            && (name.StartsWith("ChainBridge.", StringComparison.Ordinal) || Runners.Contains(name))))
            foreach (var reference in AssemblyFacts.Read(bytes).References.Where(reference =>
                reference.StartsWith("ChainBridge.", StringComparison.Ordinal)
                && !package.Files.ContainsKey($"{Path.GetDirectoryName(file)}/{reference}.dll")))
                yield return $"{file[folder.Length..]} uses {reference}.dll, which is not beside it";
    }
}
