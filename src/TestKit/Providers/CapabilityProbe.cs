using StackExchange.Redis;

namespace ChainBridge.TestKit.Providers;

/// <summary>
/// Finds out what a server can do by trying it: a version or a name proves little for servers that only speak its protocol.
/// </summary>
internal static class CapabilityProbe
{
    /// <summary>Null when it can; otherwise a sentence with the reason.</summary>
    public static async Task<string?> LacksAsync(
        Capability capability, string provider, RedisServer server, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Options()).WaitAsync(cancellationToken);
        var redis = connection.GetDatabase();
        var reason = capability switch
        {
            // Reads only; what it asks about is nowhere.
            Capability.RedisStreams => await RefusalAsync(redis, cancellationToken, "XLEN", $"chainbridge:probe:{Guid.NewGuid():N}"),
            Capability.RedisScripts => await RefusalAsync(redis, cancellationToken, "EVAL", "return 1", "0"),
            Capability.RedisKeyPrefixes => await PrefixRefusalAsync(server, redis, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(capability), capability, "unknown"),
        };
        return reason is null ? null
            : $"the test needs {capability}, which the Redis of the {provider} provider cannot do ({reason}). "
                + "Run it with CHAINBRIDGE_PROVIDER=docker or native, or ask `LacksAsync` and leave the test out there";
    }

    private static async Task<string?> RefusalAsync(
        IDatabase redis, CancellationToken cancellationToken, string command, params object[] arguments)
    {
        try
        {
            await redis.ExecuteAsync(command, arguments).WaitAsync(cancellationToken);
            return null;
        }
        catch (RedisServerException refused)
        {
            return $"{command}: {refused.Message}";
        }
    }

    /// <summary>A user of a moment that may read one prefix is to be refused another.</summary>
    private static async Task<string?> PrefixRefusalAsync(RedisServer server, IDatabase redis, CancellationToken cancellationToken)
    {
        var (user, password) = ($"chainbridge-probe-{Guid.NewGuid():N}", Guid.NewGuid().ToString("N"));
        if (await RefusalAsync(redis, cancellationToken, "ACL", "SETUSER", user, "on", $">{password}", "~mine:*", "+@all") is { } refused)
            return refused;
        try
        {
            var options = server.Options();
            (options.User, options.Password, options.AllowAdmin) = (user, password, false);
            await using var guarded = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
            return await RefusalAsync(guarded.GetDatabase(), cancellationToken, "GET", "theirs:1") is null
                ? "a user held to one prefix read a key of another"
                : null;
        }
        catch (RedisConnectionException refusedUser)
        {
            return $"a user with a prefix cannot log in: {refusedUser.Message}";
        }
        finally
        {
            await redis.ExecuteAsync("ACL", "DELUSER", user);
        }
    }
}
