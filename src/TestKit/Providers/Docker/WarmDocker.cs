using ChainBridge.TestKit.Providers.Reuse;
using ChainBridge.TestKit.Providers.Shared;
using Docker.DotNet;

namespace ChainBridge.TestKit.Providers.Docker;

/// <summary>Containers that outlive their runs. Their reaper runs them with the Docker command line, and is named as their owner.</summary>
internal sealed class WarmDocker(IDockerClient docker, Uri engine, EngineHost host, ReuseSettings reuse, TextWriter log, TimeProvider time)
{
    private const string Label = "chainbridge.testkit.warm";

    /// <summary>Ends when the container does; its output is the server's.</summary>
    private const string Run = """
        engine=$1; label=$2; owner=$3; publish=$4; data=$5; shift 5
        exec docker -H "$engine" run --rm --label "$label" --label "$owner" --label "chainbridge.testkit.owner=$CB_OWNER" \
          -p "$publish" --tmpfs "$data" "$@"
        """;

    public async Task<PostgresServer> PostgresAsync(string image, CancellationToken cancellationToken)
    {
        var password = Guid.NewGuid().ToString("N");
        // By name only: the value is in the environment of the reaper.
        var container = ContainerRecipe.Postgres(image, password);
        var recipe = await RecipeAsync("postgres", container with
        {
            Variables = [.. container.Variables.Select(variable =>
                variable.StartsWith("POSTGRES_PASSWORD=", StringComparison.Ordinal) ? "POSTGRES_PASSWORD" : variable)]
        }, password, cancellationToken);
        var warm = await WarmServer.TakeAsync(reuse, recipe, async (state, stop) => await PortAsync(state, stop) is { } port
            && await WarmReady.PostgresAsync(Postgres(state, port, Nothing.Owner), stop), time, cancellationToken);
        return await WarmReady.EnterAsync(warm, Postgres(warm.State, await PortAsync(warm.State, cancellationToken) ?? 0, warm), log, time,
            cancellationToken);
    }

    public async Task<RedisServer> RedisAsync(string image, int databases, CancellationToken cancellationToken)
    {
        RedisServer Server(int port, IAsyncDisposable owner) => new(host.Reach, port, databases, owner);
        var recipe = await RecipeAsync("redis", ContainerRecipe.Redis(image, databases), "", cancellationToken);
        var warm = await WarmServer.TakeAsync(reuse, recipe, async (state, stop) => await PortAsync(state, stop) is { } port
            && await WarmReady.RedisAsync(Server(port, Nothing.Owner), stop), time, cancellationToken);
        return await WarmReady.EnterAsync(warm, Server(await PortAsync(warm.State, cancellationToken) ?? 0, warm), log, time,
            cancellationToken);
    }

    private PostgresServer Postgres(WarmState state, int port, IAsyncDisposable owner) =>
        new(host.Reach, port, "postgres", state.Password, owner);

    private async Task<WarmRecipe> RecipeAsync(string kind, ContainerRecipe container, string password, CancellationToken cancellationToken)
    {
        var arguments = container.CommandAfter(await ServerImage.OfAsync(docker, container, cancellationToken));
        var (address, label) = (engine.ToString().TrimEnd('/'), $"{Label}={Guid.NewGuid():N}");
        string[] command =
        [
            "/bin/sh", "-c", Run, "sh", address, label, $"{ContainerOwner.HostLabel}={ContainerOwner.Self().Host}",
            $"{host.PublishOn}::{container.Port}", container.DataFolder,
            .. container.Variables.SelectMany(variable => new[] { "-e", variable }), container.Image, .. arguments,
        ];
        return new(kind, $"docker {address} {container.Image} {string.Join(' ', arguments)}", new("", 0, password, label, ""), command,
            $"left=$(docker -H '{address}' ps -aq --filter 'label={label}'); [ -z \"$left\" ] || docker -H '{address}' rm -f -v $left");
    }

    private async Task<int?> PortAsync(WarmState state, CancellationToken cancellationToken) =>
        (await ContainerSweep.ListAsync(docker, state.Label, cancellationToken)).SelectMany(container => container.Ports ?? [])
            .FirstOrDefault(port => port.PublicPort > 0)?.PublicPort;
}
