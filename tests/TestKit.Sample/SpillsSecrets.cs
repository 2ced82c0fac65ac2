using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// Tests that say how they connect, in every way a test can speak. The passwords are also put into the file <c>SAMPLE_SPILLED</c>.
/// </summary>
public sealed class SpillsSecrets(TestEnvironment environment, SpillsSecrets.Shared shared, ITestOutputHelper output)
    : IClassFixture<SpillsSecrets.Shared>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_its_failure() => Assert.Fail($"not stored: {await HowAsync()}");

    [Fact]
    public async Task In_an_inner_exception() =>
        throw new InvalidOperationException("not stored", new IOException($"no way to {await HowAsync()}"));

    [Fact]
    public async Task In_its_output_though_it_passes() => output.WriteLine($"connecting to {await HowAsync()}");

    [Fact]
    public async Task In_the_reason_of_a_skip() => Assert.Skip($"no server at {await HowAsync()}");

    [Fact]
    public void Of_a_fixture() => Assert.Fail($"not stored: {shared.Cache.ConnectionString}");

    private async Task<string> HowAsync()
    {
        var database = await environment.Postgres.LeaseAsync(MigrationSet.Empty, Stop);
        var cache = await environment.Redis.LeaseAsync(Stop);
        var named = Environment.GetEnvironmentVariable("SAMPLE_NAMED")!;
        await SpillAsync(database.Password, cache.Password, named);
        output.WriteLine($"{cache.Host}:{cache.Port} with {cache.Password}");
        return $"{database.ConnectionString} | {cache.ConnectionString} | redis://x:{Uri.EscapeDataString(cache.Password)}@{cache.Host} "
            + $"| {named}";
    }

    private static async Task SpillAsync(params string[] secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
            await File.AppendAllTextAsync(Environment.GetEnvironmentVariable("SAMPLE_SPILLED")!, secret + "\n", Stop);
    }

    /// <summary>Its lease is of no test.</summary>
    public sealed class Shared(TestEnvironment environment) : IAsyncLifetime
    {
        public RedisLease Cache { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Cache = await environment.Redis.LeaseAsync(Stop);
            await SpillAsync(Cache.Password);
        }

        public ValueTask DisposeAsync() => Cache.DisposeAsync();
    }
}
