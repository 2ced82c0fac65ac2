using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;

namespace ChainBridge.Engine.Checks;

/// <summary>Opens what a checkup looks at, one after the other; none of it is changed.</summary>
public interface ICheckupSource
{
    /// <summary>Reads the manifest.</summary>
    ManifestReading Read();

    /// <summary>The environment that is meant.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/>: none, or it is not clear which.</exception>
    EnvironmentSpec Choose(DeploymentManifest manifest);

    /// <summary>Its host, and the environment with the full path of its state there.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>, with the reason and what to do.</exception>
    Task<(HostHandle Host, EnvironmentSpec Environment)> OpenAsync(EnvironmentSpec environment, CancellationToken cancellationToken);

    /// <summary>The environment with its target settled.</summary>
    Task<EnvironmentSpec> SettleAsync(HostHandle host, EnvironmentSpec environment, CancellationToken cancellationToken);

    /// <summary>Its platform, and the manifest with the services of the compose file, which was found right.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Usage"/> with every problem of the file.</exception>
    Task<(DeploymentManifest Manifest, IPlatform Platform)> PlatformAsync(
        DeploymentManifest manifest, EnvironmentSpec environment, HostHandle host, CancellationToken cancellationToken);
}
