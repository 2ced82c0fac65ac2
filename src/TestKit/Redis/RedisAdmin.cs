using ChainBridge.TestKit.Providers;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Redis;

/// <summary>
/// Commands to the server itself, over one connection, each with a deadline of 5 s; each failure names what was being done.
/// </summary>
internal sealed class RedisAdmin(RedisServer server) : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectAsync(server));

    public RedisServer Server => server;

    /// <summary>One command in this numbered database.</summary>
    public Task<RedisResult> ExecuteAsync(
        string what, int database, CancellationToken cancellationToken, string command, params object[] arguments) =>
        GuardAsync(what, async connection => await connection.GetDatabase(database).ExecuteAsync(command, arguments), cancellationToken);

    /// <summary>How many keys the numbered database has; with a prefix, those that begin with it.</summary>
    public Task<List<RedisKey>> KeysAsync(string what, int database, string prefix, int most, CancellationToken cancellationToken) =>
        GuardAsync(what, async connection =>
        {
            var keys = new List<RedisKey>();
            await foreach (var key in connection.GetServer(server.Host, server.Port).KeysAsync(database, Pattern(prefix), pageSize: 1000)
                .WithCancellation(cancellationToken))
            {
                keys.Add(key);
                if (keys.Count == most) break;
            }

            return keys;
        }, cancellationToken);

    /// <summary>Runs it; a failure is thrown with a message that names the cause.</summary>
    /// <exception cref="LeaseException">The server is gone or did not answer.</exception>
    public async Task<T> GuardAsync<T>(string what, Func<ConnectionMultiplexer, Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act(await _connection.Value.WaitAsync(cancellationToken)).WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException refused) when (refused.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            throw new LeaseException($"{server} refuses the user or password that this run has for it, during {what}", refused);
        }
        catch (RedisConnectionException gone)
        {
            var words = await server.FailureAsync(cancellationToken) is { } last ? $". Its last output: {last}" : "";
            throw new LeaseException($"{server} is gone: it ended while tests were using it, during {what}. Tests that need it fail at "
                + $"once from here on; the next run starts a new one{words}", gone);
        }
        catch (RedisTimeoutException late)
        {
            throw new LeaseException($"{server} did not answer within 5 s: waited in vain for {what}", late);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await _connection.Value).DisposeAsync();
    }

    /// <summary>The pattern of SCAN and ACL for all keys of a prefix.</summary>
    internal static string Pattern(string prefix) => $"{prefix}*";

    private static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer server)
    {
        var options = server.Options();
        // What cannot be sent now fails now: a server that ended is not waited for.
        (options.BacklogPolicy, options.AsyncTimeout, options.ClientName) = (BacklogPolicy.FailFast, 5000, "chainbridge-leases");
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
