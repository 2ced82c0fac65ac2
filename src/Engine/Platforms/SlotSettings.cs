using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;

namespace ChainBridge.Engine.Platforms;

/// <summary>The environment a service of a release is started with.</summary>
internal sealed class SlotSettings(DeploymentManifest manifest, EnvironmentSpec environment)
{
    /// <summary>The recorded settings, references filled in, and the values of secrets from today's manifest.</summary>
    /// <param name="accessory">Where an accessory is.</param>
    /// <param name="url">Service name → the address its siblings reach it at.</param>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: today's manifest lacks a secret the release needs.</exception>
    public Dictionary<string, string> Of(
        Release release, ServiceSpec service, Func<AccessorySpec, AccessoryAddress> accessory, Func<string, string> url) =>
        service.Environment.ToDictionary(setting => setting.Key,
            setting => References.Fill(Value(release, service, setting.Key, setting.Value), reference => reference.Split('.') switch
            {
                ["release", "version"] => release.Version,
                ["release", "commit"] => release.Commit,
                ["services", var name, "url"] => url(name),
                ["services", var name, "address"] => url(name) is var address && address.IndexOf("://", StringComparison.Ordinal) is var at
                    ? at < 0 ? address : address[(at + 3)..]
                    : "",
                ["accessories", var name, var field] when manifest.Accessories.TryGetValue(name, out var found) =>
                    accessory(found).Field(found.Kind, field),
                _ => throw new EngineException(Failure.Refused,
                    $"{release.Version}: {service.Name}.{setting.Key} refers to {reference}, which this manifest does not have",
                    "add it to the manifest, or choose another release"),
            }));

    private string Value(Release release, ServiceSpec service, string name, string recorded)
    {
        if (recorded != Configuration.Secret) return recorded;
        return manifest.Services.TryGetValue(service.Name, out var today)
            && Configuration.Merged(today, environment).TryGetValue(name, out var secret)
            ? secret
            : throw new EngineException(Failure.Refused,
                $"{release.Version} needs the secret {name} for {service.Name}, and the manifest no longer has it",
                "add it to the service's environment, or choose another release");
    }
}
