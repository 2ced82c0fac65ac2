using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// A manifest that names a compose file at its root adds only what compose cannot hold; the file defines the services, and
/// <see cref="ComposeServices"/> puts the two together.
/// </summary>
/// <param name="File">The compose file; full path. An environment may have another one.</param>
/// <param name="Accessories">Services of the file that releases share.</param>
/// <param name="Workers">Services of the file that take work from a queue by themselves.</param>
/// <param name="Jobs">Services of the file that run once per release though none waits for them.</param>
/// <param name="Doors">The services that doors lead to, in the order of the doors.</param>
/// <param name="Services">Service of the file → what the manifest adds to it.</param>
/// <param name="Place">Where the file is named.</param>
public sealed record ComposeSpec(
    string File, IReadOnlyList<NamedService> Accessories, IReadOnlyList<NamedService> Workers, IReadOnlyList<NamedService> Jobs,
    IReadOnlyList<NamedService> Doors, IReadOnlyList<ServiceBeside> Services, NamedService Place)
{
    /// <summary>The services that commands of the smoke gate refer to.</summary>
    public IReadOnlyList<NamedService> Asked { get; init; } = [];
}

/// <summary>What a manifest adds to a service of the compose file.</summary>
public sealed record ServiceBeside(NamedService Named, ServiceSpec Spec);

/// <summary>A service that the manifest names, and where it does.</summary>
/// <param name="Key">The key that names it, e.g. <c>accessories</c>.</param>
/// <param name="File">The manifest, as problems name it.</param>
public sealed record NamedService(string Key, string Name, string File, int Line, int Column)
{
    internal ManifestProblem Problem(string message, string hint) => new(File, Line, Column, message, hint);
}
