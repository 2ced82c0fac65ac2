namespace ChainBridge.TestKit;

/// <summary>What not every provider's servers can do; see <see cref="TestEnvironment.RequireAsync"/>.</summary>
public enum Capability
{
    /// <summary>Streams: <c>XADD</c>, <c>XREADGROUP</c> and their kin.</summary>
    RedisStreams,

    /// <summary>Users that are held to keys with a prefix (<c>ACL SETUSER … ~prefix:*</c>).</summary>
    RedisKeyPrefixes,

    /// <summary>Scripts in Lua: <c>EVAL</c>.</summary>
    RedisScripts,
}

/// <summary>A test needs something of its servers that they cannot do. The message names the provider and what can.</summary>
public sealed class CapabilityException(string message) : Exception(message);
