using ChainBridge.TestKit;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>What a server cannot do is refused before it fails oddly; what it can do works.</summary>
[EveryProvider]
public sealed class CapabilityTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_work_or_are_refused_by_name()
    {
        if (await RefusedAsync(Capability.RedisStreams)) return;
        await using var lease = await environment.Redis.LeaseAsync(Stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString);
        await connection.GetDatabase().StreamAddAsync("events", "kind", "paid");
        (await connection.GetDatabase().StreamLengthAsync("events")).Should().Be(1);
    }

    [Fact]
    public async Task Scripts_work_or_are_refused_by_name()
    {
        if (await RefusedAsync(Capability.RedisScripts)) return;
        await using var lease = await environment.Redis.LeaseAsync(Stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString);
        ((int)await connection.GetDatabase().ScriptEvaluateAsync("return 6 * 7")).Should().Be(42);
    }

    [Fact]
    public async Task Users_held_to_a_prefix_work_or_are_refused_by_name()
    {
        // Garnet takes the rule and ignores it: found out by breaking it, not by asking whether it is taken.
        var refused = await RefusedAsync(Capability.RedisKeyPrefixes);
        refused.Should().Be(await environment.ProviderNameAsync(Stop) == "embedded");
    }

    [Fact]
    public async Task A_capability_that_the_embedded_server_lacks_is_named_with_what_has_it()
    {
        var refused = await RefusedAsync(Capability.RedisStreams);
        refused.Should().Be(await environment.ProviderNameAsync(Stop) == "embedded");
    }

    /// <summary>Whether it is refused, and then in so many words.</summary>
    private async Task<bool> RefusedAsync(Capability capability)
    {
        var require = () => environment.RequireAsync(capability, Stop);
        if (await environment.LacksAsync(capability, Stop) is null)
        {
            await require.Should().NotThrowAsync();
            return false;
        }

        (await require.Should().ThrowAsync<CapabilityException>()).WithMessage($"the test needs {capability}, which the Redis of the "
            + $"{await environment.ProviderNameAsync(Stop)} provider cannot do (*). Run it with CHAINBRIDGE_PROVIDER=docker or native*");
        return true;
    }
}
