namespace ChainBridge.DeployRunner.Manifest;

/// <summary>The order services start in.</summary>
internal static class ServiceOrder
{
    /// <summary>Every service after the ones it depends on; otherwise as given. The manifest's rules exclude circles.</summary>
    public static IReadOnlyList<ServiceSpec> DependenciesFirst(IEnumerable<ServiceSpec> services)
    {
        var byName = services.ToDictionary(service => service.Name);
        var ordered = new List<ServiceSpec>();
        foreach (var service in byName.Values) Add(service);
        return ordered;

        void Add(ServiceSpec service)
        {
            if (ordered.Contains(service)) return;
            foreach (var dependency in service.DependsOn) Add(byName[dependency]);
            ordered.Add(service);
        }
    }
}
