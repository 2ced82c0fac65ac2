using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>The order services start in.</summary>
internal static class ServiceOrder
{
    /// <summary>Every service after the ones it depends on; otherwise as given. The manifest's rules exclude circles.</summary>
    public static IReadOnlyList<ServiceSpec> DependenciesFirst(IEnumerable<ServiceSpec> services)
    {
        var byName = services.ToDictionary(service => service.Name);
        return [.. DependenciesFirst(byName.Keys, name => byName[name].DependsOn).Select(name => byName[name])];
    }

    /// <summary>Every name after the ones it depends on; otherwise as given. A circle is entered at its first name.</summary>
    public static IReadOnlyList<string> DependenciesFirst(IEnumerable<string> names, Func<string, IEnumerable<string>> dependencies)
    {
        var (ordered, seen) = (new List<string>(), new HashSet<string>());
        foreach (var name in names) Add(name);
        return ordered;

        void Add(string name)
        {
            if (!seen.Add(name)) return;
            foreach (var dependency in dependencies(name)) Add(dependency);
            ordered.Add(name);
        }
    }
}
