using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers;

/// <summary>Removes the containers of test processes of this machine that are gone, with their volumes.</summary>
public static class ContainerSweep
{
    /// <summary>Returns what was removed, as text: name, image and owner. Containers of a live owner are not touched.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IDockerClient docker, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var container in await ListAsync(docker, $"{ContainerOwner.HostLabel}={ContainerOwner.Self().Host}", cancellationToken))
        {
            var owner = new ContainerOwner(container.Labels[ContainerOwner.HostLabel],
                container.Labels.TryGetValue(ContainerOwner.ProcessLabel, out var process) ? process : "");
            if (!owner.IsGone()) continue;
            if (await RemoveAsync(docker, container.ID, cancellationToken))
                removed.Add($"{container.Names?.FirstOrDefault()?.TrimStart('/') ?? container.ID[..12]} ({container.Image}, "
                    + $"of process {owner.Process.Split('@')[0]})");
        }

        return removed;
    }

    /// <summary>Ends a container and removes it with its volumes. False when another process removed it, or is about to.</summary>
    internal static async Task<bool> RemoveAsync(IDockerClient docker, string id, CancellationToken cancellationToken)
    {
        try
        {
            var all = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
            await docker.Containers.RemoveContainerAsync(id, all, cancellationToken);
            return true;
        }
        catch (DockerApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    /// <summary>All containers with a label, running or not.</summary>
    public static async Task<IList<ContainerListResponse>> ListAsync(
        IDockerClient docker, string label, CancellationToken cancellationToken) =>
        await docker.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } }
            },
            cancellationToken);
}
