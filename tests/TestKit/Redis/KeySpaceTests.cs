using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Redis;

/// <summary>A key space per test: empty at the beginning, out of reach for others, and a test that reaches for another's fails.</summary>
[EveryProvider]
public sealed class KeySpaceTests(TestEnvironment environment)
{
    private static readonly KeySpaceOptions Unscoped = new() { Scope = () => null };
    private static readonly KeySpaceOptions Prefix = Unscoped with { KeySpace = KeySpace.Prefix };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [NotOn("external")]
    public async Task Numbers_are_separate_and_empty_when_handed_out_again()
    {
        await using var run = await RunAsync();
        await using var mine = await run.LeaseAsync(Unscoped, Stop);
        var other = await run.LeaseAsync(Unscoped, Stop);
        await UseAsync(other, async redis => await redis.StringSetAsync("key", "theirs"));
        await UseAsync(mine, async redis => (await redis.StringGetAsync("key")).IsNull.Should().BeTrue());
        await other.DisposeAsync();
        await using var again = await run.LeaseAsync(Unscoped, Stop);
        again.Database.Should().Be(other.Database).And.NotBe(mine.Database);
        await UseAsync(again, async redis => (await redis.ExecuteAsync("DBSIZE")).ToString().Should().Be("0"));
    }

    [Theory]
    [InlineData("SELECT of another database", "SELECT", "{0}")]
    [InlineData("MOVE", "MOVE", "key", "{0}")]
    [InlineData("COPY", "COPY", "key", "key", "DB", "{0}")]
    [InlineData("SWAPDB", "SWAPDB", "0", "{0}")]
    [InlineData("FLUSHALL", "FLUSHALL")]
    [NotOn("external", "embedded")]
    public async Task A_test_that_leaves_its_number_is_refused_and_fails_though_it_swallowed_the_refusal(
        string expected, string command, params string[] arguments)
    {
        await GuardedAsync();
        await using var other = await environment.Redis.LeaseAsync(Unscoped, Stop);
        await UseAsync(other, redis => redis.StringSetAsync("key", "theirs"));
        var mine = await environment.Redis.LeaseAsync(Unscoped, Stop);
        await UseAsync(mine, async redis =>
        {
            var reach = () => redis.ExecuteAsync(command,
                [.. arguments.Select(argument => (object)argument.Replace("{0}", $"{other.Database}", StringComparison.Ordinal))]);
            (await reach.Should().ThrowAsync<RedisException>()).Which.Should()
                .Match<Exception>(refused => refused.Message.Contains("NOPERM") || refused is RedisCommandException);
        }, raw: true);
        var end = async () => await mine.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>())
            .WithMessage($"*reached for Redis keys that are not its own*{expected}*database {mine.Database}*");
        await UseAsync(other, async redis => (await redis.StringGetAsync("key")).ToString().Should().Be("theirs"));
    }

    [Fact]
    [NotOn("external", "embedded")]
    public async Task A_client_that_forgot_the_number_is_found_out()
    {
        await GuardedAsync();
        await using var run = await RunAsync();
        var lease = await run.LeaseAsync(Unscoped, Stop);
        await using (var lost = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString.Replace($"defaultDatabase={lease.Database}",
            "defaultDatabase=0", StringComparison.Ordinal)))
            await lost.GetDatabase().StringSetAsync("lost-key", "x");
        var end = async () => await lease.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>())
            .WithMessage("*database 0, which no test has: lost-key*without the lease's number*");
        await using var next = await run.LeaseAsync(Unscoped, Stop);
    }

    [Theory]
    [InlineData("GET of the key '{0}key'", "GET", "{0}key")]
    [InlineData("SET of the key '{0}key'", "SET", "{0}key", "mine now")]
    [InlineData("PUBLISH of the channel '{0}news'", "PUBLISH", "{0}news", "x")]
    [InlineData("KEYS", "KEYS", "*")]
    [InlineData("FLUSHDB", "FLUSHDB")]
    [InlineData("FLUSHALL", "FLUSHALL")]
    [InlineData("RANDOMKEY", "RANDOMKEY")]
    [InlineData("EVAL of the key '{0}key'", "EVAL", "return redis.call('GET', KEYS[1])", "1", "{0}key")]
    [NotOn("embedded")]
    public async Task A_test_that_reaches_beyond_its_prefix_is_refused_and_fails_and_harms_no_other(
        string expected, string command, params string[] arguments)
    {
        await PrefixesAsync();
        await using var other = await environment.Redis.LeaseAsync(Prefix, Stop);
        await UseAsync(other, redis => redis.StringSetAsync(other.KeyPrefix + "key", "theirs"));
        var mine = await environment.Redis.LeaseAsync(Prefix, Stop);
        await UseAsync(mine, async redis =>
        {
            var reach = () => redis.ExecuteAsync(command,
                [.. arguments.Select(argument => (object)argument.Replace("{0}", other.KeyPrefix, StringComparison.Ordinal))]);
            await reach.Should().ThrowAsync<RedisException>();
        }, raw: true);
        var end = async () => await mine.DisposeAsync();
        (await end.Should().ThrowAsync<LeaseException>()).Which.Message.Should()
            .Contain(expected.Replace("{0}", other.KeyPrefix, StringComparison.Ordinal)).And.Contain($"the prefix {mine.KeyPrefix}");
        await UseAsync(other, async redis => (await redis.StringGetAsync(other.KeyPrefix + "key")).ToString().Should().Be("theirs"));
    }

    [Fact]
    [NotOn("embedded")]
    public async Task A_prefix_is_free_to_use_within_and_leaves_nothing()
    {
        await PrefixesAsync();
        await using var other = await environment.Redis.LeaseAsync(Prefix, Stop);
        var lease = await environment.Redis.LeaseAsync(Prefix, Stop);
        lease.Database.Should().Be(other.Database);
        await using var left = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString);
        var redis = left.GetDatabase();
        for (var count = 0; count < 50; count++) await redis.HashSetAsync($"{lease.KeyPrefix}{count}", "field", count);
        await left.GetSubscriber().PublishAsync(RedisChannel.Literal(lease.KeyPrefix + "news"), "x");
        await lease.DisposeAsync();
        var late = () => redis.StringSetAsync(lease.KeyPrefix + "late", "x");
        await late.Should().ThrowAsync<RedisException>("its user has no rights any more");
        await UseAsync(other, async look => ((RedisResult[])(await look.ExecuteAsync("SCAN", "0", "MATCH", lease.KeyPrefix + "*", "COUNT",
            "10000"))[1]!).Should().BeEmpty());
    }

    [Fact]
    [NotOn("external")]
    public async Task A_server_that_cannot_guard_a_prefix_refuses_it_in_plain_words()
    {
        await using var run = await RunAsync(_ =>
            Task.FromResult<string?>("the Redis of the embedded provider cannot hold a user to a prefix. Run it with docker or native"));
        var lease = () => run.LeaseAsync(Prefix, Stop);
        (await lease.Should().ThrowAsync<CapabilityException>()).WithMessage("*embedded provider cannot*");
        await using var number = await run.LeaseAsync(Unscoped, Stop);
    }

    [Fact]
    [NotOn("external")]
    public async Task In_a_test_the_lease_ends_with_the_test_and_the_number_of_one_given_up_is_not_used_again()
    {
        await using var run = await RunAsync();
        var scope = new TestScope("given up", "a test of a test");
        var lease = await run.LeaseAsync(new KeySpaceOptions { Scope = () => scope }, Stop);
        await lease.DisposeAsync();
        await UseAsync(lease, redis => redis.StringSetAsync("key", "still there"));
        await scope.EndAsync(new TestEnding(Failed: true, GivenUp: true), Stop);
        await using var next = await run.LeaseAsync(Unscoped, Stop);
        next.Database.Should().NotBe(lease.Database);
    }

    [Fact]
    [NotOn("external")]
    public async Task More_leases_than_databases_fail_with_what_to_do()
    {
        await using var own = await RunAsync();
        await using var server = await own.LeaseAsync(Unscoped, Stop);
        await using var run = new RedisLeases(() => Task.FromResult(new RedisServer(server.Host, server.Port, 2, server)),
            _ => Task.FromResult<string?>(null));
        await using var only = await run.LeaseAsync(Unscoped, Stop);
        var another = () => run.LeaseAsync(Unscoped, Stop);
        (await another.Should().ThrowAsync<LeaseException>()).WithMessage("all 2 Redis databases are leased*KeySpace.Prefix*");
    }

    [Fact]
    [KeySpace(KeySpace.Prefix)]
    [NotOn("embedded")]
    public async Task The_attribute_chooses()
    {
        await PrefixesAsync();
        await using var lease = await environment.Redis.LeaseAsync(Unscoped, Stop);
        lease.KeyPrefix.Should().NotBeEmpty();
    }

    [Fact]
    [NotOn("external")]
    public async Task A_failed_test_s_keys_and_the_slow_log_are_reported()
    {
        await using var run = await RunAsync();
        var scope = new TestScope("failed", "a test of a test");
        var lease = await run.LeaseAsync(new KeySpaceOptions { Scope = () => scope }, Stop);
        await UseAsync(lease, redis => redis.StringSetAsync("the-key", "x"));
        var path = Directory.CreateTempSubdirectory("cb-evidence-").FullName;
        foreach (var evidence in scope.Evidence) await evidence.CollectAsync(new EvidenceFolder(path, text => text), Stop);
        (await File.ReadAllTextAsync(Path.Combine(path, $"redis-keys-{lease.Database}.txt"), Stop))
            .Should().StartWith($"1 key in database {lease.Database}\nthe-key");
        File.Exists(Path.Combine(path, $"redis-slowlog-{lease.Database}.txt")).Should().BeTrue();
        Directory.Delete(path, recursive: true);
        await scope.EndAsync(new TestEnding(Failed: true), Stop);
    }

    [Fact]
    [NotOn("external", "embedded")]
    public async Task A_server_that_is_killed_under_the_tests_is_reported_at_once()
    {
        var provider = await environment.ProviderNameAsync(Stop);
        Assert.SkipWhen(provider is "external" or "embedded",
            "not on this provider: the external provider starts no server that could be killed, and Garnet knows no order to end");
        await using var run = TestEnvironment.With(name =>
            name == "CHAINBRIDGE_PROVIDER" ? provider : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null);
        var lease = await run.Redis.LeaseAsync(Unscoped, Stop);
        await using (var killer = await ConnectionMultiplexer.ConnectAsync($"{lease.Host}:{lease.Port},allowAdmin=true"))
            killer.GetServer(lease.Host, lease.Port).Shutdown(ShutdownMode.Never);
        var next = async () => await run.Redis.LeaseAsync(Unscoped, Stop);
        (await next.Should().ThrowAsync<LeaseException>().WaitAsync(TimeSpan.FromSeconds(20), Stop)).WithMessage("Redis at * is gone*");
    }

    private static async Task UseAsync(RedisLease lease, Func<IDatabase, Task> use, bool raw = false)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(lease.ConnectionString + (raw ? ",allowAdmin=true" : ""));
        await use(connection.GetDatabase());
    }

    /// <summary>A server and leases of their own: numbers that no other test takes meanwhile.</summary>
    private async Task<OwnRun> RunAsync(Func<CancellationToken, Task<string?>>? lacks = null)
    {
        var provider = await environment.ProviderNameAsync(Stop);
        Assert.SkipWhen(provider == "external",
            "not on this provider: the numbers of a server that others use too are handed out there, see RedisTenancy");
        var server = TestEnvironment.With(name => name == "CHAINBRIDGE_PROVIDER" ? provider : Environment.GetEnvironmentVariable(name),
            TimeProvider.System, TextWriter.Null);
        var lease = await server.Redis.LeaseAsync(Unscoped, Stop);
        return new(server, new RedisLeases(() => Task.FromResult(new RedisServer(lease.Host, lease.Port, 16, server)),
            lacks ?? (_ => Task.FromResult<string?>(null))));
    }

    private async Task PrefixesAsync() => Assert.SkipWhen(await environment.LacksAsync(Capability.RedisKeyPrefixes, Stop) is not null,
        "not on this provider: its Redis cannot guard a prefix; another test checks the refusal");

    private async Task GuardedAsync()
    {
        await using var lease = await environment.Redis.LeaseAsync(Unscoped, Stop);
        Assert.SkipWhen(lease.User.Length == 0,
            "not on this provider: its Redis has no users of ours: numbers are not guarded there, see docs/testkit/redis.md");
    }

    private sealed record OwnRun(TestEnvironment Server, RedisLeases Leases) : IAsyncDisposable
    {
        public Task<RedisLease> LeaseAsync(KeySpaceOptions options, CancellationToken cancellationToken) =>
            Leases.LeaseAsync(options, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await Leases.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
