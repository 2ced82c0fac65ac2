using System.Text.RegularExpressions;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Rules that span keys: known dependencies without a cycle, references that exist.</summary>
internal static partial class ManifestRules
{
    private static readonly IReadOnlyList<string> AccessoryFields = ["host", "port", "user", "password"];

    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>A host name or address, with or without a port, as <c>Host</c> may carry it.</summary>
    public static bool IsHost(string text) =>
        Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) && url.AbsolutePath == "/" && url.UserInfo.Length == 0
            && Uri.CheckHostName(url.Host) != UriHostNameType.Unknown && text.All(char.IsAscii) && !text.EndsWith('/');

    /// <summary>Reports a <c>host</c> that no request could carry.</summary>
    public static void CheckHost(Section section, string? host, Problems problems)
    {
        if (host is not null && !IsHost(host))
            problems.Add(section.Place("host"), $"'{host}' is no host name",
                "write the name alone, e.g. shop.example.com, or with a port: shop.example.com:8443");
    }

    /// <summary>Reports routes that are no paths.</summary>
    public static void CheckPaths(Section section, ServiceSpec spec, Problems problems)
    {
        foreach (var (key, path) in new[] { ("health", spec.Ready.HealthPath), ("version", spec.VersionPath) })
            if (path?.StartsWith('/') == false)
                problems.Add(section.Place(key), $"the path '{path}' does not begin with '/'", $"write /{path}");
    }

    public static void Check(Section root, IReadOnlyList<(ServiceSpec Spec, Section Section)> services,
        IReadOnlyDictionary<string, AccessorySpec> accessories, Problems problems)
    {
        var names = services.Select(service => service.Spec.Name).ToList();
        if (services.Count == 0) problems.Add(root.Place("services"), "there is no service", "add one under services:");
        foreach (var (spec, section) in services)
        {
            if (!IsName(spec.Name))
                problems.Add(section.At, $"the service name '{spec.Name}' cannot be a host name",
                    "use lower-case letters, digits and '-'; begin with a letter");
            CheckPaths(section, spec, problems);
            CheckHost(section, spec.Host, problems);
            RunRules.Check(spec, section, problems);
            foreach (var unknown in spec.DependsOn.Where(name => !names.Contains(name)))
                problems.Add(section.Place("dependsOn"), $"services.{spec.Name} depends on '{unknown}', which is no service",
                    Spelling.Nearest(unknown, names) is { } near ? $"did you mean '{near}'?" : $"services are: {string.Join(", ", names)}");
            foreach (var (key, value) in spec.Environment)
                foreach (var reference in References.In(value).Where(reference => !Exists(reference, names, accessories)))
                    problems.Add(section.Place("environment"),
                        $"services.{spec.Name}.environment.{key} refers to '{reference}', which does not exist",
                        Spelling.Nearest(reference, All(names, accessories)) is { } near
                            ? $"did you mean ${{{{ {near} }}}}?"
                            : "see References in the manifest guide");
        }

        if (Cycle(services.ToDictionary(service => service.Spec.Name, service => service.Spec.DependsOn)) is { } cycle)
            problems.Add(services.First(service => service.Spec.Name == cycle[0]).Section.Place("dependsOn"),
                $"the dependencies go in a circle: {string.Join(" → ", cycle)}", "remove one of them");
    }

    /// <summary>A Dockerfile that is named must be there; whether one is at the default place is asked before a build.</summary>
    public static void CheckDockerfiles(
        IReadOnlyList<(ServiceSpec Spec, Section Section)> services, string folder, Func<string, bool> exists, Problems problems)
    {
        foreach (var (spec, section) in services.Where(service => service.Section.Place("dockerfile") is YamlScalar
            && !exists(Path.Combine(folder, service.Spec.Build.Dockerfile))))
            problems.Add(section.Place("dockerfile"), $"there is no Dockerfile {spec.Build.Dockerfile} for {spec.Name}",
                "correct its path, which begins in the manifest's folder");
    }

    private static bool Exists(string reference, List<string> services, IReadOnlyDictionary<string, AccessorySpec> accessories) =>
        All(services, accessories).Contains(reference);

    private static IEnumerable<string> All(IEnumerable<string> services, IReadOnlyDictionary<string, AccessorySpec> accessories) =>
        services.SelectMany(name => new[] { $"services.{name}.url", $"services.{name}.address" })
            .Concat(accessories.Keys.SelectMany(name => AccessoryFields.Select(field => $"accessories.{name}.{field}")))
            .Concat(["release.version", "release.commit"]);

    /// <summary>The first circle found, its first name repeated at the end; null when there is none.</summary>
    private static List<string>? Cycle(Dictionary<string, IReadOnlyList<string>> graph)
    {
        var done = new HashSet<string>();
        return graph.Keys.Select(name => Visit(name, [])).FirstOrDefault(cycle => cycle is not null);

        List<string>? Visit(string name, List<string> path)
        {
            if (path.IndexOf(name) is var at and >= 0) return [.. path[at..], name];
            if (done.Contains(name) || !graph.TryGetValue(name, out var next)) return null;
            path = [.. path, name];
            var cycle = next.Select(dependency => Visit(dependency, path)).FirstOrDefault(found => found is not null);
            done.Add(name);
            return cycle;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex NamePattern();
}
