using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.Engine.State;

/// <summary>What of the manifest belongs to a release.</summary>
internal static class Configuration
{
    /// <summary>Stands in a record for a secret's value, which comes from the manifest of the day.</summary>
    public const string Secret = "${{ secret }}";

    /// <summary>
    /// The services as a release records them: the environment's variables merged in (they win), secrets as names without values,
    /// build arguments left out.
    /// </summary>
    public static IReadOnlyDictionary<string, ServiceSpec> Recorded(
        DeploymentManifest manifest, EnvironmentSpec environment, Redactor redactor) =>
        manifest.Services.ToDictionary(service => service.Key, service => service.Value with
        {
            Build = service.Value.Build with { BuildArgs = new Dictionary<string, string>() },
            Environment = Merged(service.Value, environment)
                .ToDictionary(setting => setting.Key, setting => redactor.IsSecret(setting.Key, setting.Value) ? Secret : setting.Value),
        });

    /// <summary>A service's own settings with the environment's variables over them.</summary>
    public static IReadOnlyDictionary<string, string> Merged(ServiceSpec service, EnvironmentSpec environment)
    {
        var merged = new Dictionary<string, string>(service.Environment, StringComparer.Ordinal);
        foreach (var (name, value) in environment.Variables) merged[name] = value;
        return merged;
    }
}
