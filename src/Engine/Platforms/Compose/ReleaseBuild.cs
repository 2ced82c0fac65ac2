using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>How the images of a release are made, and reach one host.</summary>
internal sealed class ReleaseBuild
{
    public required DeploymentManifest Manifest { get; init; }
    public required ComposeNames Names { get; init; }
    public required IHost Host { get; init; }
    public required DockerEngine Engine { get; init; }
    public required DockerEngine Workshop { get; init; }
    public required SharedProject Shared { get; init; }
    public required Builder Builder { get; init; }

    /// <summary>Null without a registry; so are <see cref="Pulls"/>.</summary>
    public required RegistryLogins? Logins { get; init; }
    public required RegistryTransport? Pulls { get; init; }
    public required ImageTransport Transport { get; init; }
    public required ImageBuilds Images { get; init; }

    /// <summary>Of a team's compose file.</summary>
    public required ProjectBuild Project { get; init; }

    /// <summary>Builds once, and brings what was built to every host, one after the other.</summary>
    /// <param name="hosts">At least one; they have one workshop.</param>
    public static async Task<IReadOnlyDictionary<string, Artifact>> ForAsync(IReadOnlyList<ReleaseBuild> hosts,
        BuildRequest request, IProgress<BuildProgress> progress, CancellationToken cancellationToken)
    {
        var first = hosts[0];
        if (first.Host.IsElsewhere()) await first.Workshop.EnsureReachableAsync(cancellationToken);
        var with = await first.Builder.OptionsAsync(cancellationToken);
        if (with.Push && !first.Host.OnlyPlans) foreach (var host in hosts) host.Pulls!.Forget();
        // A login of the run's own serves builds that push, and the pulls of what they pushed.
        using var login = with.Push ? await first.Logins!.TakeAsync(cancellationToken) : null;
        var edgeToo = (await Task.WhenAll(hosts.Select(host => host.Shared.OpenAsync(cancellationToken)))).Contains(null);
        var (services, edge) = await first.Images.MakeAsync(request, edgeToo, with, login, progress, cancellationToken);
        var built = new Dictionary<string, Artifact>(first.Manifest.Compose is null
            ? services
            : await first.Project.MakeAsync(request, with, login, progress, cancellationToken), StringComparer.Ordinal);
        if (edge is not null) edge = edge with { Location = first.Names.Latest(first.Manifest.Edge.Image) };
        foreach (var host in hosts)
        {
            foreach (var (name, artifact) in built.ToList())
                if (await host.FetchedAsync(artifact, with, login, cancellationToken) is { } fetched) built[name] = fetched;
            if (edge is not null) edge = await host.FetchedAsync(edge, with, login, cancellationToken) ?? edge;
        }

        var made = built.Values.Append(edge).OfType<Artifact>().Select(artifact => (artifact.Location, artifact.Digest)).ToList();
        foreach (var host in hosts) await host.Transport.SendAsync(made, cancellationToken);
        return built;
    }

    /// <summary>What was pushed by its build, as the host has it then; null for what lies in an engine already.</summary>
    private async Task<Artifact?> FetchedAsync(
        Artifact artifact, BuildxOptions with, RegistryLogin? login, CancellationToken cancellationToken) =>
        with.Push && artifact.Remote is not null && await Engine.ImageAsync(artifact.Digest, cancellationToken) is null
            ? await Pulls!.FetchAsync(artifact, login!, cancellationToken)
            : null;
}
