using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;
using ChainBridge.Machine;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>The accessories and the edge of an environment: one compose project, started once and kept across releases.</summary>
internal sealed class SharedProject(DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host,
    DockerEngine engine, ImageBuilds images, AccessorySecrets secrets) : IEdgePlace
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    private string File => Path.Combine(environment.StateDirectory, "compose", "base.yml");

    /// <summary>Starts what does not run; never replaces what does.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var standing = await ContainersAsync(cancellationToken);
        // One that is starting, e.g. because the runner that started it died, is waited for.
        if (Wanted.All(name => standing.Any(container => container.Service == name && container is { Running: true, Starting: false })))
            return;
        foreach (var accessory in manifest.Accessories.Values)
        {
            if (await engine.ImageAsync(accessory.Image, cancellationToken) is null)
                await engine.MustAsync(DockerCommands.Pull(accessory.Image), Failure.Refused,
                    $"correct accessories.{accessory.Name}.image, or load the image onto the engine", cancellationToken);
        }

        var edge = standing.FirstOrDefault(container => container.Service == ComposeNames.Edge)?.Image
            ?? await images.EdgeImageAsync(cancellationToken);
        var variables = new Dictionary<string, string>();
        await host.ChangeAsync($"write {File}",
            () => host.Files.Write(File,
                ComposeFiles.Shared(names, manifest, secrets.PasswordOf, secrets.EdgeKey, edge, PublicPort(), variables)));
        await engine.MustAsync(ComposeCommands.Up(names.Base, [File], StartTimeout, variables), Failure.Unreachable,
            $"docker compose --project-name {names.Base} logs shows why", cancellationToken);
    }

    /// <summary>The containers of the project, running or not.</summary>
    public Task<IReadOnlyList<Container>> ContainersAsync(CancellationToken cancellationToken) =>
        engine.ContainersAsync(DockerCommands.ContainersOf(names.Base), cancellationToken);

    /// <summary>Where the edge is; null when it does not run.</summary>
    public async Task<(Uri Public, Uri Admin)?> EdgeAsync(CancellationToken cancellationToken) =>
        (await ContainersAsync(cancellationToken))
            .FirstOrDefault(container => container is { Service: ComposeNames.Edge, Running: true }) is { } edge
            && edge.Ports.TryGetValue(EdgePorts.Public, out var open) && edge.Ports.TryGetValue(EdgePorts.Admin, out var admin)
            ? (Loopback(open), Loopback(admin))
            : null;

    public async Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken)
    {
        if ((await ContainersAsync(cancellationToken)).All(container => container.Service != ComposeNames.Edge)) return null;
        return new((await EdgeAsync(cancellationToken) ?? throw EdgeAway()).Admin, secrets.EdgeKey);
    }

    public async Task<Uri> PublicAsync(CancellationToken cancellationToken) =>
        (await EdgeAsync(cancellationToken))?.Public ?? throw EdgeAway();

    /// <summary>Stops and removes them; their volumes only when asked.</summary>
    public async Task DownAsync(bool removeData, CancellationToken cancellationToken)
    {
        await engine.MustAsync(ComposeCommands.Down(names.Base, removeData, StopGrace), Failure.PersonNeeded,
            "docker ps --all shows what is left", cancellationToken);
        if (!removeData) return;
        secrets.Remove();
        host.Files.DeleteFolder(Path.GetDirectoryName(File)!);
    }

    /// <summary>An address on this machine.</summary>
    public static Uri Loopback(int port) => new($"http://127.0.0.1:{port}");

    private EngineException EdgeAway() =>
        new(Failure.Unreachable, $"the edge, container {names.Shared(ComposeNames.Edge)}, does not run",
            $"docker logs {names.Shared(ComposeNames.Edge)} shows why; deploy starts it again");

    private IEnumerable<string> Wanted => manifest.Accessories.Keys.Append(ComposeNames.Edge);

    /// <summary>The port the environment names; for 0 a free one, chosen once and kept.</summary>
    private int PublicPort()
    {
        if (environment.Port != 0) return environment.Port;
        var kept = Path.Combine(environment.StateDirectory, "compose", "port");
        if (int.TryParse(host.Files.Read(kept), out var before)) return before;
        var port = FreePort.Next();
        host.Files.Write(kept, $"{port}");
        return port;
    }
}
