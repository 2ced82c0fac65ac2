using System.Reflection;
using System.Text.RegularExpressions;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>One step of a schema: <c>Migrations/0001_name.up.sql</c> and its <c>.down.sql</c>, embedded in the service.</summary>
/// <param name="Down">Null when the step cannot be undone.</param>
public sealed partial record Migration(int Step, string Name, string Up, string? Down)
{
    /// <summary>All steps embedded in the assembly, in order.</summary>
    /// <exception cref="InvalidOperationException">Two steps share a number, or one is missing.</exception>
    public static IReadOnlyList<Migration> In(Assembly assembly)
    {
        var scripts = assembly.GetManifestResourceNames()
            .Select(name => (name, match: FileName().Match(name)))
            .Where(script => script.match.Success)
            .ToLookup(script => (Step: int.Parse(script.match.Groups[1].Value), Name: script.match.Groups[2].Value),
                script => (script.name, up: script.match.Groups[3].Value == "up"));
        var steps = scripts.Select(step => new Migration(step.Key.Step, $"{step.Key.Step:0000}_{step.Key.Name}",
                Read(assembly, step.Single(script => script.up).name),
                step.Where(script => !script.up).Select(script => Read(assembly, script.name)).SingleOrDefault()))
            .OrderBy(migration => migration.Step).ToList();
        for (var index = 0; index < steps.Count; index++)
            if (steps[index].Step != index + 1)
                throw new InvalidOperationException($"migration {steps[index].Name} stands where step {index + 1:0000} belongs");
        return steps;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\.(\d{4})_(\w+)\.(up|down)\.sql$")]
    private static partial Regex FileName();
}
