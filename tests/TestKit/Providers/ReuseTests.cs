using System.Diagnostics;
using ChainBridge.LocalServers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Reuse;
using ChainBridge.Tests.TestKit.Cleanup;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>Servers that stay warm between runs: shared, replaced when they died, and gone when no run used them for a while.</summary>
[InTurn(0)]
public sealed class ReuseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Of these tests alone.</summary>
    private readonly string _key = $"test-{Guid.NewGuid().ToString("N")[..8]}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("native")]
    [InlineData("docker")]
    public async Task The_next_run_finds_the_server_and_it_ends_when_no_run_used_it_for_the_idle_time(string provider)
    {
        if (provider == "docker" && await DockerEngine.ProblemAsync(DockerEngine.Address(Environment.GetEnvironmentVariable), [.. Images()],
            Stop) is { } away) Assert.Skip(away);
        int port;
        int[] reapers;
        await using (var first = Run(provider))
        await using (var second = Run(provider))
        {
            await using var one = await first.DatabaseAsync();
            await using var other = await second.DatabaseAsync();
            await using var keys = await first.KeysAsync();
            await using var otherKeys = await second.KeysAsync();
            other.Port.Should().Be(one.Port, "two runs at once share it");
            other.Database.Should().NotBe(one.Database);
            otherKeys.Port.Should().Be(keys.Port);
            otherKeys.Database.Should().NotBe(keys.Database, "numbers are handed out for all runs together");
            port = one.Port;
            reapers = [.. ScratchFolder.All().Where(folder => WarmFolders().Contains(folder.Path)).Select(folder => folder.Owner.Id)];
            reapers.Should().HaveCount(2);
            if (provider == "docker") (await Leftovers.ContainersAsync(reapers)).Should().HaveCount(2);
        }

        await using (var next = Run(provider))
        {
            await using var lease = await next.DatabaseAsync();
            lease.Port.Should().Be(port);
            (await DatabasesAsync(lease))
                .Should().ContainSingle(name => name.StartsWith("cbtest_", StringComparison.Ordinal), "what the others had went with them");
        }

        await Eventually.HoldsAsync(() => !WarmFolders().Any(), Deadline, "the servers and their folders are gone after the idle time");
        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.GetTempPath(), $"chainbridge-reuse-*{_key}*").Length == 0, Deadline,
            "what was written down about them is gone");
        if (provider == "docker")
            await Eventually.HoldsAsync(async () => (await Leftovers.ContainersAsync(reapers)).Count == 0, Deadline,
                "the containers are gone too");
    }

    [Fact]
    public async Task A_server_that_died_is_replaced()
    {
        await using (var first = Run())
        {
            // Not given back: its server is gone.
            var lease = await first.DatabaseAsync();
            var folder = WarmFolders().Single();
            Process.GetProcessById(int.Parse((await File.ReadAllLinesAsync(Path.Combine(folder, "data", "postmaster.pid"), Stop))[0],
                System.Globalization.CultureInfo.InvariantCulture)).Kill();
            var use = () => lease.OpenAsync(Stop);
            await Eventually.HoldsAsync(async () => await use.Should().ThrowAsync<LeaseException>() is not null, Deadline,
                "the server is down");
            await using var next = Run();
            await using var again = await next.DatabaseAsync();
            await using var connection = await again.OpenAsync(Stop);
        }
    }

    [Fact]
    public async Task The_same_key_with_other_settings_is_refused_and_nothing_is_lost()
    {
        await using var first = Run();
        await using var lease = await first.KeysAsync();
        var other = () => WarmLocal.RedisAsync(new(TimeSpan.FromSeconds(3), _key), 17, TextWriter.Null, TimeProvider.System, Stop);
        (await other.Should().ThrowAsync<ProviderException>()).WithMessage($"CHAINBRIDGE_REUSE_KEY={_key} names a redis that is made "
            + "otherwise*databases=10000*databases=17*left alone*Choose another key*");
        await using var still = await first.KeysAsync();
        still.Port.Should().Be(lease.Port);
    }

    [Theory]
    [InlineData("CHAINBRIDGE_REUSE", "yes", "*CHAINBRIDGE_REUSE=yes is neither 1 nor 0*")]
    [InlineData("CHAINBRIDGE_REUSE_IDLE", "soon", "*CHAINBRIDGE_REUSE_IDLE=soon is no time: write 90s, 10m or 1h*")]
    [InlineData("CHAINBRIDGE_REUSE_KEY", "a/b", "*CHAINBRIDGE_REUSE_KEY=a/b may have*")]
    public void A_setting_that_cannot_be_read_is_named(string name, string value, string message)
    {
        var read = () => ReuseSettings.Read(asked => asked == name ? value : asked == "CHAINBRIDGE_REUSE" ? "1" : null);
        read.Should().Throw<ProviderException>().WithMessage(message);
    }

    private static string[] Images() => [DockerProvider.PostgresImageFrom(Environment.GetEnvironmentVariable),
        DockerProvider.RedisImageFrom(Environment.GetEnvironmentVariable)];

    private static async Task<List<string>> DatabasesAsync(DatabaseLease lease)
    {
        await using var connection = await lease.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database", connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var names = new List<string>();
        while (await reader.ReadAsync(Stop)) names.Add(reader.GetString(0));
        return names;
    }

    private TestEnvironment Run(string provider = "native") => TestEnvironment.With(name => name switch
    {
        "CHAINBRIDGE_PROVIDER" => provider, "CHAINBRIDGE_REUSE" => "1", "CHAINBRIDGE_REUSE_IDLE" => "10s", "CHAINBRIDGE_REUSE_KEY" => _key,
        _ => Environment.GetEnvironmentVariable(name),
    }, TimeProvider.System, TextWriter.Null);

    private IEnumerable<string> WarmFolders() => WarmFolders(_key);

    /// <summary>Those of this key: its reapers have it among their arguments.</summary>
    internal static IEnumerable<string> WarmFolders(string key) =>
        ScratchFolder.All().Where(folder => folder.Kind == "warm" && Reaper(folder.Owner.Id).Contains(key, StringComparison.Ordinal))
            .Select(folder => folder.Path);

    private static string Reaper(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
