using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers.External;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Servers that already run: here the native ones of another environment play them.</summary>
public sealed class ExternalTests : IAsyncDisposable
{
    private const string Secret = "s3cret-word";

    private readonly TestEnvironment _servers = TestEnvironment.With(name => name == "CHAINBRIDGE_PROVIDER" ? "native"
        : name == "CHAINBRIDGE_REUSE" ? null : Environment.GetEnvironmentVariable(name), TimeProvider.System, TextWriter.Null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Only_what_the_run_made_is_touched_and_it_goes_with_the_run()
    {
        await using var theirs = await _servers.DatabaseAsync();
        await using var theirKeys = await _servers.KeysAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{theirKeys.Port},allowAdmin=true");
        await redis.GetDatabase(1).StringSetAsync("theirs", "kept");
        await ExecuteAsync(theirs, "CREATE DATABASE cbtest_not_one_of_ours");
        await ExecuteAsync(theirs, "CREATE DATABASE cbtest_0123456789_test_of_a_dead_run");

        var log = new StringWriter();
        await using (var run = External(theirs, theirKeys, log))
        {
            await using var database = await run.DatabaseAsync(new MigrationSet(Guid.NewGuid().ToString(), async (text, stop) =>
            {
                await using var source = NpgsqlDataSource.Create(text);
                await using var command = source.CreateCommand("CREATE TABLE x (id int)");
                await command.ExecuteNonQueryAsync(stop);
            }));
            database.Database.Should().MatchRegex("^cbtest_[0-9a-f]{10}_").And.Match(name => name.Length < 64);
            await using var keys = await run.KeysAsync();
            keys.Database.Should().BeGreaterThan(1, "0 is where the leases stand, and 1 holds another user's key");
            await using var other = External(theirs, theirKeys, TextWriter.Null);
            await using var otherKeys = await other.KeysAsync();
            otherKeys.Database.Should().NotBe(keys.Database);
        }

        log.ToString().Should().Contain("what runs that are gone left: cbtest_0123456789_test_of_a_dead_run");
        (await redis.GetDatabase(1).StringGetAsync("theirs")).ToString().Should().Be("kept");
        (await redis.GetDatabase(0).KeyExistsAsync("chainbridge:claims")).Should().BeFalse();
        (await DatabasesAsync(theirs)).Where(name => name.StartsWith("cbtest_", StringComparison.Ordinal)
            && !name.Contains("_template_", StringComparison.Ordinal)).Should().Equal("cbtest_not_one_of_ours");
    }

    [Fact]
    public async Task A_role_that_may_not_create_databases_is_refused_with_what_to_do()
    {
        await using var theirs = await _servers.DatabaseAsync();
        await using var theirKeys = await _servers.KeysAsync();
        await ExecuteAsync(theirs, "CREATE ROLE poor LOGIN");
        await using var run = External(theirs, theirKeys, TextWriter.Null, user: "poor");
        var lease = () => run.DatabaseAsync();
        (await lease.Should().ThrowAsync<ProviderException>())
            .WithMessage("the user poor may not create databases*ALTER ROLE poor CREATEDB*");
    }

    [Fact]
    public async Task A_wrong_password_and_a_server_that_is_away_are_one_sentence_without_the_secret()
    {
        await using var theirKeys = await _servers.KeysAsync();
        await using (var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{theirKeys.Port},allowAdmin=true"))
        {
            await redis.GetServers()[0].ConfigSetAsync("requirepass", "another");
            await RefusedAsync(run => run.KeysAsync(), "Host=127.0.0.1", $"127.0.0.1:{theirKeys.Port},password={Secret}",
                $"Redis at 127.0.0.1:{theirKeys.Port} cannot be used: the password is refused*CHAINBRIDGE_REDIS*");
            await redis.GetServers()[0].ConfigSetAsync("requirepass", "");
        }

        var unused = ChainBridge.Machine.FreePort.Next();
        await RefusedAsync(run => run.DatabaseAsync(), $"Host=127.0.0.1;Port={unused};Username=x;Password={Secret}", "127.0.0.1",
            $"PostgreSQL at 127.0.0.1:{unused} cannot be used*CHAINBRIDGE_POSTGRES*");
        await RefusedAsync(run => run.KeysAsync(), "Host=127.0.0.1", $"127.0.0.1:{unused},password={Secret}",
            $"Redis at 127.0.0.1:{unused} cannot be used*CHAINBRIDGE_REDIS*");
    }

    [Theory]
    [InlineData(null, "127.0.0.1", "CHAINBRIDGE_POSTGRES is not set*CHAINBRIDGE_POSTGRES_FILE*")]
    [InlineData("Host=a", null, "CHAINBRIDGE_REDIS is not set*")]
    [InlineData("s3cret-word", "127.0.0.1", "CHAINBRIDGE_POSTGRES is no connection string*")]
    [InlineData("Host=a,b;Password=s3cret-word", "127.0.0.1", "CHAINBRIDGE_POSTGRES names several hosts*")]
    [InlineData("Host=a", "x,passwort=s3cret-word", "CHAINBRIDGE_REDIS is no connection string*")]
    [InlineData("Host=a", "x:1,y:2,password=s3cret-word", "CHAINBRIDGE_REDIS names 2 servers*")]
    public void A_connection_string_that_cannot_be_read_is_named_without_its_value(string? postgres, string? redis, string message)
    {
        var problem = ExternalSettings.Problem(Variables(postgres, redis));
        problem.Should().Match(message).And.NotContain(Secret);
    }

    [Fact]
    public void Connection_strings_may_stand_in_files()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "Host=from-file\n");
        var settings =
            ExternalSettings.Read(name => name switch { "CHAINBRIDGE_POSTGRES_FILE" => file, "CHAINBRIDGE_REDIS" => "r", _ => null });
        settings.Postgres.Host.Should().Be("from-file");
        File.Delete(file);
        ExternalSettings.Problem(name => name == "CHAINBRIDGE_POSTGRES_FILE" ? file : null).Should().Contain(file);
    }

    private static async Task RefusedAsync(Func<TestEnvironment, Task> use, string postgres, string redis, string message)
    {
        await using var run = TestEnvironment.With(Variables(postgres, redis), TimeProvider.System, TextWriter.Null);
        var refused = await FluentActions.Awaiting(() => use(run)).Should().ThrowAsync<ProviderException>();
        refused.WithMessage(message);
        refused.Which.ToString().Should().NotContain(Secret);
    }

    private static TestEnvironment External(DatabaseLease postgres, RedisLease redis, TextWriter log, string user = "postgres") =>
        TestEnvironment.With(Variables($"Host=127.0.0.1;Port={postgres.Port};Username={user}", $"127.0.0.1:{redis.Port}"),
            TimeProvider.System, log);

    private static Func<string, string?> Variables(string? postgres, string? redis) => name =>
        name switch { "CHAINBRIDGE_PROVIDER" => "external", "CHAINBRIDGE_POSTGRES" => postgres, "CHAINBRIDGE_REDIS" => redis, _ => null };

    private static async Task ExecuteAsync(DatabaseLease database, string sql)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<List<string>> DatabasesAsync(DatabaseLease database)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database", connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var names = new List<string>();
        while (await reader.ReadAsync(Stop)) names.Add(reader.GetString(0));
        return names;
    }
}
