using Docker.DotNet;
using Docker.DotNet.Models;

namespace ChainBridge.TestKit.Providers;

/// <summary>Removes the containers of test processes of this machine that are gone, with their volumes.</summary>
public static class ContainerSweep
{
    /// <summary>Answers what was removed, for people: name, image and owner. Containers of a live owner are not touched.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IDockerClient docker, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var container in await ListAsync(docker, $"{ContainerOwner.HostLabel}={ContainerOwner.Self().Host}", cancellationToken))
        {
            var owner = new ContainerOwner(container.Labels[ContainerOwner.HostLabel],
                container.Labels.TryGetValue(ContainerOwner.ProcessLabel, out var process) ? process : "");
            if (!owner.IsGone()) continue;
            try
            {
                await docker.Containers.RemoveContainerAsync(container.ID,
                    new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
                removed.Add($"{container.Names?.FirstOrDefault()?.TrimStart('/') ?? container.ID[..12]} ({container.Image}, "
                    + $"of process {owner.Process.Split('@')[0]})");
            }
            catch (DockerApiException other)
                when (other.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
            {
                // Another run that starts at the same time removes it.
            }
        }

        return removed;
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
