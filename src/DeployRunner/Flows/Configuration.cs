using System.Security.Cryptography;
using System.Text;
using ChainBridge.DeployRunner.Manifest;
using ChainBridge.DeployRunner.Reporting;

namespace ChainBridge.DeployRunner.Flows;

/// <summary>What of the manifest belongs to a release.</summary>
internal static class Configuration
{
    /// <summary>SHA-256, hex, over every service's environment and the environment's variables; a secret enters only as its name.</summary>
    public static string Hash(DeploymentManifest manifest, EnvironmentSpec environment)
    {
        var lines = manifest.Services.Values.SelectMany(service => service.Environment.Select(pair => (service.Name, pair.Key, pair.Value)))
            .Concat(environment.Variables.Select(pair => (Name: "", pair.Key, pair.Value)))
            .Select(setting => $"{setting.Name}\0{setting.Key}\0{(Redactor.IsSecretName(setting.Key) ? "" : setting.Value)}")
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    /// <summary>SHA-256, hex, of the compose file; empty on targets without one.</summary>
    public static string ComposeHash(EnvironmentSpec environment)
    {
        if (environment.Target != TargetKind.Compose || environment.ComposeFile is not { } path) return "";
        if (!File.Exists(path)) throw new RunnerException(ExitCode.PreflightRefused, $"there is no compose file {path}", $"correct environments.{environment.Name}.composeFile");
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
    }

    /// <summary>Every service after the ones it depends on.</summary>
    public static IReadOnlyList<ServiceSpec> InDependencyOrder(DeploymentManifest manifest)
    {
        var ordered = new List<ServiceSpec>();
        foreach (var service in manifest.Services.Values) Add(service);
        return ordered;

        void Add(ServiceSpec service)
        {
            if (ordered.Contains(service)) return;
            foreach (var dependency in service.DependsOn) Add(manifest.Services[dependency]);
            ordered.Add(service);
        }
    }
}
