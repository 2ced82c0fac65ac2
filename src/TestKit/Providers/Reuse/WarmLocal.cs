using ChainBridge.LocalServers;
using ChainBridge.Machine;
using ChainBridge.TestKit.Providers.Shared;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers.Reuse;

/// <summary>Servers of this machine's programs that outlive their runs.</summary>
internal static class WarmLocal
{
    /// <param name="programs">The folder with <c>postgres</c> and <c>initdb</c>.</param>
    public static async Task<PostgresServer> PostgresAsync(
        ReuseSettings reuse, string programs, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        var recipe = await LocalPostgres.RecipeAsync(programs, FreePort.Next(), time, cancellationToken);
        PostgresServer Server(WarmState state, IAsyncDisposable owner) => new("127.0.0.1", state.Port, "postgres", "", owner);
        var warm = await WarmServer.TakeAsync(reuse,
            new("postgres", recipe.Settings, new("", recipe.Port, "", "", ""), [.. recipe.Command], "kill -QUIT $server",
                ServerUser.Owner()),
            (state, stop) => WarmReady.PostgresAsync(Server(state, Nothing.Owner), stop), time, cancellationToken);
        return await WarmReady.EnterAsync(warm, Server(warm.State, warm), log, time, cancellationToken);
    }

    /// <param name="databases">How many numbered databases it is to have.</param>
    public static async Task<RedisServer> RedisAsync(
        ReuseSettings reuse, int databases, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        var (program, port) = (ServerPrograms.RedisServer(), FreePort.Next());
        RedisServer Server(WarmState state, IAsyncDisposable owner) => new("127.0.0.1", state.Port, databases, owner);
        var recipe = new WarmRecipe("redis", $"redis {program} databases={databases}", new("", port, "", "", ""),
            ["/bin/sh", "-c",
                "exec \"$0\" --port \"$1\" --bind 127.0.0.1 --save '' --appendonly no --databases \"$2\" --dir \"$PWD\" --daemonize no",
                program, $"{port}", $"{databases}"], "kill -KILL $server");
        var warm = await WarmServer.TakeAsync(reuse, recipe, (state, stop) => WarmReady.RedisAsync(Server(state, Nothing.Owner), stop),
            time, cancellationToken);
        return await WarmReady.EnterAsync(warm, Server(warm.State, warm), log, time, cancellationToken);
    }
}

/// <summary>Whether a warm server answers, and how a run comes to it.</summary>
internal static class WarmReady
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task<bool> PostgresAsync(PostgresServer server, CancellationToken cancellationToken) =>
        Sessions.AnswersAsync(server, Patience, cancellationToken);

    public static async Task<bool> RedisAsync(RedisServer server, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Options()).WaitAsync(cancellationToken);
            return true;
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    /// <summary>Others use it too: what this run makes on it carries its name. Templates stay for the next run.</summary>
    public static async Task<PostgresServer> EnterAsync(
        WarmServer warm, PostgresServer server, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        await warm.LogAsync(server, log);
        try
        {
            return await PostgresTenancy.EnterAsync(server, log, time, cancellationToken);
        }
        catch
        {
            await warm.DisposeAsync();
            throw;
        }
    }

    public static async Task<RedisServer> EnterAsync(
        WarmServer warm, RedisServer server, TextWriter log, TimeProvider time, CancellationToken cancellationToken)
    {
        await warm.LogAsync(server, log);
        try
        {
            return await RedisTenancy.EnterAsync(server, home: 0, log, time, cancellationToken);
        }
        catch
        {
            await warm.DisposeAsync();
            throw;
        }
    }
}
