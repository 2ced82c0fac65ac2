using System.Net.Http.Json;
using ChainBridge.Samples.ChainIQ;
using ChainBridge.Samples.ServiceDefaults;
using ChainBridge.TestKit;
using ChainBridge.Tests.Integration.Infrastructure;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.Integration.CrossService;

/// <summary>A service that is given a lease's connection string is held to that lease's keys, as the test is.</summary>
[CrossService]
public sealed class OwnKeysTests(TestEnvironment environment)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_reaches_for_another_s_keys_is_refused_and_the_lease_s_end_names_it()
    {
        Assert.SkipWhen(await environment.LacksAsync(Capability.RedisKeyPrefixes, Stop) is not null,
            "not on this provider: its Redis cannot guard a prefix");
        await using var stack = await Stack.WithDatabasesAsync(environment, Stop);
        // ChainIQ knows no prefix: all keys that it reaches for are another's.
        var cache = await LikeAFixtureAsync(() => environment.Redis.LeaseAsync(new KeySpaceOptions { KeySpace = KeySpace.Prefix }, Stop));
        await using (var iq = await stack.StartChainIQAsync(cache: cache))
        {
            using var answer = await iq.Client.PostAsJsonAsync("score/shipment", Shipments.Named("S-1"), Stop);
            answer.IsSuccessStatusCode.Should().BeTrue("ChainIQ swallows what its cache refuses, so nothing else tells");
        }

        var end = async () => await cache.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>())
            .WithMessage($"*not its own, and was refused: * of the key 'score:*' by the client 'chainiq'*{cache.KeyPrefix}*");
    }

    [Fact]
    public async Task The_services_of_a_test_are_its_guarded_user_where_there_is_one()
    {
        await using var stack = await Stack.StartAsync(environment, Stop);
        Assert.SkipWhen(stack.Cache.User.Length == 0, "not on this provider: its Redis has no users of ours");
        await using var look = await ConnectionMultiplexer.ConnectAsync($"{stack.Cache.Host}:{stack.Cache.Port},allowAdmin=true");
        using (var answer = await stack.ChainIQ.Client.PostAsJsonAsync("score/shipment", Shipments.Named("S-1"), Stop))
            answer.IsSuccessStatusCode.Should().BeTrue();
        var users = (await look.GetServer(stack.Cache.Host, stack.Cache.Port).ExecuteAsync("CLIENT", "LIST"))
            .ToString().Split('\n').Where(line => line.Contains(" name=chainiq ", StringComparison.Ordinal)
                && line.Contains($" db={stack.Cache.Database} ", StringComparison.Ordinal)).ToList();
        users.Should().NotBeEmpty().And.OnlyContain(line => line.Contains($" user={stack.Cache.User} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_string_may_lie_in_a_file_and_parts_do_as_well()
    {
        var file = Path.Combine(Path.GetTempPath(), $"chainbridge-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(file, "cache:6380,user=u,password=p,defaultDatabase=7\n", Stop);
        foreach (var settings in new Dictionary<string, string?>[]
        {
            new() { ["Redis:ConnectionStringFile"] = file },
            new()
            {
                ["Redis:Host"] = "cache",
                ["Redis:Port"] = "6380",
                ["Redis:User"] = "u",
                ["Redis:Password"] = "p",
                ["Redis:Database"] = "7"
            },
        })
        {
            var options = Stores.RedisOptions(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), "chainiq");
            options.EndPoints.Single().ToString().Should().EndWith("cache:6380");
            (options.User, options.Password, options.DefaultDatabase, options.AbortOnConnectFail, options.ClientName)
                .Should().Be(("u", "p", 7, false, "chainiq"));
        }

        File.Delete(file);
    }

    /// <summary>Outside of the test: it ends when it is disposed, and tells there what it was refused.</summary>
    private static async Task<T> LikeAFixtureAsync<T>(Func<Task<T>> lease)
    {
        Task<T> leased;
        using (ExecutionContext.SuppressFlow()) leased = Task.Run(lease);
        return await leased;
    }
}
