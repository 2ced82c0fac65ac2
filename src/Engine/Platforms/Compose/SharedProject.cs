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
/// <param name="accessories">The accessories as the team's compose file has them; null when the manifest says what they are.</param>
internal sealed class SharedProject(DeploymentManifest manifest, EnvironmentSpec environment, ComposeNames names, IHost host,
    DockerEngine engine, ImageTransport transport, AccessorySecrets secrets, AccessoryFile? accessories) : IEdgePlace
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<DoorSpec> _doors = manifest.DoorsIn(environment);

    /// <summary>Where Compose reads it.</summary>
    private string File => Path.Combine(environment.WorkDirectory, "compose", "base.yml");

    private string Kept => Path.Combine(environment.StateDirectory, "compose");

    /// <summary>Starts what does not run; never replaces what does.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var standing = await ContainersAsync(cancellationToken);
        // One that is starting, e.g. because the runner that started it died, is waited for.
        if (Wanted.All(name => standing.Any(container =>
            container.Service == name && container.State is { Running: true, Starting: false })))
            return;
        foreach (var accessory in manifest.Accessories.Values)
        {
            if (!await transport.BringAsync(accessory.Image, cancellationToken))
                await transport.PullAsync(accessory.Image, $"correct accessories.{accessory.Name}.image, or load the image onto the engine",
                    cancellationToken);
        }

        var edge = standing.FirstOrDefault(container => container.Service == ComposeNames.Edge)?.Image
            ?? await EdgeImageAsync(cancellationToken);
        var variables = new Dictionary<string, string>();
        var parts = accessories is null ? null : await accessories.PartsAsync(variables, cancellationToken);
        await host.ChangeAsync($"write {File}",
            () => host.Workshop.Files.Write(File,
                ComposeFiles.Shared(names, manifest, secrets.PasswordOf, secrets.EdgeKey, edge, Ports(), variables, parts)));
        await engine.MustAsync(ComposeCommands.Up(names.Base, [File], StartTimeout, variables), Failure.Unreachable,
            $"docker compose --project-name {names.Base} logs shows why", cancellationToken);
    }

    /// <summary>The containers of the project, running or not.</summary>
    public Task<IReadOnlyList<Container>> ContainersAsync(CancellationToken cancellationToken) =>
        engine.ContainersAsync(DockerCommands.ContainersOf(names.Base), cancellationToken);

    /// <summary>The ports that the edge stands on; null while it does not run.</summary>
    public async Task<IReadOnlyList<OpenPort>?> OpenAsync(CancellationToken cancellationToken) =>
        Edge(await ContainersAsync(cancellationToken)) is { } edge ? EdgePorts.Of(edge) : null;

    public async Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken)
    {
        var containers = await ContainersAsync(cancellationToken);
        if (containers.All(container => container.Service != ComposeNames.Edge)) return null;
        var edge = Edge(containers) ?? throw EdgeAway();
        return new(await host.ReachAsync(edge.Ports[EdgePorts.Admin], cancellationToken), secrets.EdgeKey, EdgePorts.Of(edge));
    }

    public async Task<IReadOnlyList<OpenPort>> PortsAsync(CancellationToken cancellationToken) =>
        await OpenAsync(cancellationToken) ?? throw EdgeAway();

    private static Container? Edge(IEnumerable<Container> containers) => containers.FirstOrDefault(container =>
        container is { Service: ComposeNames.Edge, State.Running: true }
        && container.Ports.ContainsKey(EdgePorts.Public) && container.Ports.ContainsKey(EdgePorts.Admin));

    /// <summary>Stops and removes them; their volumes only when asked.</summary>
    public async Task DownAsync(bool removeData, CancellationToken cancellationToken)
    {
        await engine.MustAsync(ComposeCommands.Down(names.Base, removeData, StopGrace), Failure.PersonNeeded,
            "docker ps --all shows what is left", cancellationToken);
        if (!removeData) return;
        secrets.Remove();
        host.Files.DeleteFolder(Kept);
        host.Workshop.Files.DeleteFolder(Path.GetDirectoryName(File)!);
    }

    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: it was never built here.</exception>
    private async Task<string> EdgeImageAsync(CancellationToken cancellationToken) =>
        (await engine.ImageAsync(names.Latest(manifest.Edge.Image), cancellationToken))?.Id
            ?? (host.OnlyPlans ? names.Latest(manifest.Edge.Image) : null)
            ?? throw new EngineException(Failure.Refused, $"the image of the edge, {names.Latest(manifest.Edge.Image)}, is gone",
                "deployrunner build makes it again");

    private EngineException EdgeAway() =>
        new(Failure.Unreachable, $"the edge, container {names.Shared(ComposeNames.Edge)}, does not run",
            $"docker logs {names.Shared(ComposeNames.Edge)} shows why; deploy starts it again");

    private IEnumerable<string> Wanted => manifest.Accessories.Keys.Append(ComposeNames.Edge);

    /// <summary>The ports the manifest names, in the order of the doors; for 0 a free one, chosen once and kept.</summary>
    private List<OpenPort> Ports() => [.. OpenPorts.Wanted(_doors).Select((wanted, index) => new OpenPort(wanted.Name,
        wanted.Door.Port is > 0 and var port ? port : FreeOrKept(index == 0 ? "port" : $"port-{wanted.Name}"), EdgePorts.Inside(index)))];

    private int FreeOrKept(string file)
    {
        var kept = Path.Combine(Kept, file);
        if (int.TryParse(host.Files.Read(kept), out var before)) return before;
        var port = FreePort.Next();
        host.Files.Write(kept, $"{port}");
        return port;
    }
}
