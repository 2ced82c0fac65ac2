using ChainBridge.TestKit;
using ChainBridge.TestKit.Faults;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Faults;

/// <summary>Every toxic between a test and a real PostgreSQL or Redis; times are lower bounds only.</summary>
[Database]
[EveryProvider]
public sealed class RealServerTests(TestEnvironment environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Latency_makes_a_query_late_and_the_next_is_quick_again()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await using var proxy = await FaultProxy.StartAsync(database, Stop);
        await using var connection = await OpenAsync(proxy, database);
        using (proxy.Add(new Latency(TimeSpan.FromMilliseconds(300))))
        {
            var began = TimeProvider.System.GetTimestamp();
            (await AskAsync(connection, "SELECT 42")).Should().Be(42);
            TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(300));
        }

        proxy.Toxics.Should().BeEmpty();
        (await AskAsync(connection, "SELECT 43").WaitAsync(Patience, Stop)).Should().Be(43);
    }

    [Fact]
    public async Task Silence_lets_a_query_run_into_its_timeout()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await using var proxy = await FaultProxy.StartAsync(database, Stop);
        await using var connection = await OpenAsync(proxy, database,
            "Command Timeout=1;Cancellation Timeout=200;SSL Mode=Disable;GSS Encryption Mode=Disable");
        proxy.Add(new Silence());
        var asking = () => AskAsync(connection, "SELECT 1");
        (await asking.Should().ThrowAsync<NpgsqlException>().WaitAsync(Patience, Stop)).WithInnerException<TimeoutException>();
    }

    [Theory]
    [InlineData(Direction.Upstream)]
    [InlineData(Direction.Downstream)]
    public async Task Reset_and_silence_and_a_limit_of_data_break_the_connection_and_the_next_one_works(Direction direction)
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await using var proxy = await FaultProxy.StartAsync(database, Stop);
        foreach (var toxic in new Toxic[] { new Reset(), new Silence(TimeSpan.FromMilliseconds(50)), new LimitData(3) })
        {
            await using var connection = await OpenAsync(proxy, database);
            using (proxy.Add(toxic, direction))
                await FluentActions.Awaiting(() => AskAsync(connection, "SELECT 1").WaitAsync(Patience, Stop))
                    .Should().ThrowAsync<NpgsqlException>($"{toxic} breaks it");
            connection.State.Should().Be(System.Data.ConnectionState.Closed);
            await using var next = await OpenAsync(proxy, database);
            (await AskAsync(next, "SELECT 7")).Should().Be(7);
        }
    }

    [Fact]
    public async Task Slicing_and_bandwidth_make_an_answer_slow_and_change_nothing_of_it()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await using var proxy = await FaultProxy.StartAsync(database, Stop);
        await using var connection = await OpenAsync(proxy, database);
        proxy.Add(new Slicing(500, 100));
        proxy.Add(new Bandwidth(100_000));
        await using var command = new NpgsqlCommand("SELECT repeat('ab', 20000)", connection);
        var began = TimeProvider.System.GetTimestamp();
        ((string)(await command.ExecuteScalarAsync(Stop))!).Should().Be(string.Concat(Enumerable.Repeat("ab", 20000)));
        TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(390), "40 KB at 100 KB/s");
    }

    [Fact]
    public async Task Down_breaks_connections_and_refuses_new_ones_until_it_is_taken_away()
    {
        await using var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        await using var proxy = await FaultProxy.StartAsync(database, Stop);
        await using var connection = await OpenAsync(proxy, database);
        using (proxy.Add(new Down()))
        {
            await FluentActions.Awaiting(() => AskAsync(connection, "SELECT 1")).Should().ThrowAsync<NpgsqlException>();
            await FluentActions.Awaiting(() => OpenAsync(proxy, database))
                .Should().ThrowAsync<NpgsqlException>().WithMessage("*Failed to connect*");
        }

        await using var again = await OpenAsync(proxy, database);
        (await AskAsync(again, "SELECT 1")).Should().Be(1);
    }

    [Fact]
    public async Task A_slow_close_keeps_the_client_waiting_for_the_end()
    {
        await using var cache = await environment.Redis.LeaseAsync(Stop);
        await using var proxy = await FaultProxy.StartAsync(cache, Stop);
        proxy.Add(new SlowClose(TimeSpan.FromMilliseconds(300)));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(proxy.EndPoint, Stop);
        var began = TimeProvider.System.GetTimestamp();
        await client.GetStream().WriteAsync("QUIT\r\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadToEndAsync(Stop)).Should().Be("+OK\r\n");
        TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task Redis_through_the_proxy_is_late_then_down_then_back()
    {
        await using var cache = await environment.Redis.LeaseAsync(Stop);
        await using var proxy = await FaultProxy.StartAsync(cache, Stop);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(proxy.Through(cache)
            + ",connectRetry=1,syncTimeout=20000,asyncTimeout=20000,abortConnect=false");
        var keys = redis.GetDatabase();
        await keys.StringSetAsync("key", "value");
        using (proxy.Add(new Latency(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(50))))
        {
            var began = TimeProvider.System.GetTimestamp();
            (await keys.StringGetAsync("key")).ToString().Should().Be("value");
            TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(150));
        }

        using (proxy.Add(new Down()))
            await Eventually.HoldsAsync(async () => await FailsAsync(keys), Patience, "Redis is away");
        await Eventually.HoldsAsync(async () => !await FailsAsync(keys), Patience, "Redis is back");
    }

    private static async Task<bool> FailsAsync(IDatabase keys)
    {
        try
        {
            await keys.PingAsync().WaitAsync(TimeSpan.FromSeconds(1), Stop);
            return false;
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return true;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(FaultProxy proxy, DatabaseLease database, string more = "")
    {
        var connection = new NpgsqlConnection($"{proxy.Through(database)};Pooling=false;{more}");
        await connection.OpenAsync(Stop);
        return connection;
    }

    private static async Task<int> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (int)(await command.ExecuteScalarAsync(Stop))!;
    }
}
