using ChainBridge.TestKit.Postgres;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Docker;
using ChainBridge.TestKit.Providers.Native;
using ChainBridge.TestKit.Redis;

namespace ChainBridge.TestKit;

/// <summary>
/// The servers of one run, shared by all its tests and started by the first that asks. Use it as xUnit's assembly
/// fixture: <c>[assembly: AssemblyFixture(typeof(TestEnvironment))]</c>.
/// </summary>
public sealed class TestEnvironment : IAsyncDisposable
{
    private readonly Lazy<Task<IServerProvider>> _provider;
    private readonly Lazy<Task<PostgresServer>> _postgres;
    private readonly Lazy<Task<RedisServer>> _redis;

    /// <summary>Starts nothing yet. Which provider is used is read from <c>CHAINBRIDGE_PROVIDER</c>.</summary>
    public TestEnvironment() : this(Environment.GetEnvironmentVariable, TimeProvider.System, Console.Error)
    {
    }

    /// <summary>With other variables, another clock, and another place for the one line that says what was chosen.</summary>
    public static TestEnvironment With(Func<string, string?> variable, TimeProvider time, TextWriter say) => new(variable, time, say);

    private TestEnvironment(Func<string, string?> variable, TimeProvider time, TextWriter say)
    {
        _provider = new(() => ChooseAsync(variable, time, say));
        _postgres = new(async () => await (await _provider.Value).StartPostgresAsync(CancellationToken.None));
        _redis = new(async () => await (await _provider.Value).StartRedisAsync(CancellationToken.None));
        Postgres = new(() => _postgres.Value, null, variable, time, say);
        Redis = new(() => _redis.Value);
    }

    /// <summary>Databases.</summary>
    public PostgresLeases Postgres { get; }

    /// <summary>Key spaces.</summary>
    public RedisLeases Redis { get; }

    /// <summary><c>docker</c> or <c>native</c>.</summary>
    /// <exception cref="ProviderException">Neither can be had.</exception>
    public async Task<string> ProviderNameAsync(CancellationToken cancellationToken) => (await _provider.Value.WaitAsync(cancellationToken)).Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Postgres.DisposeAsync();
        // A server that never started has nothing to stop, and its failure was already told to the test that asked.
        if (_postgres.IsValueCreated && _postgres.Value.IsCompletedSuccessfully) await (await _postgres.Value).Owner.DisposeAsync();
        if (_redis.IsValueCreated && _redis.Value.IsCompletedSuccessfully) await (await _redis.Value).Owner.DisposeAsync();
    }

    private static async Task<IServerProvider> ChooseAsync(Func<string, string?> variable, TimeProvider time, TextWriter say)
    {
        var engine = DockerEngine.Address(variable);
        // Asked for by name, Docker may pull; chosen by itself, it must be ready.
        string[] images = variable("CHAINBRIDGE_PROVIDER") == "docker" ? [] : [DockerProvider.PostgresImageFrom(variable), DockerProvider.RedisImageFrom(variable)];
        var choice = await ProviderChoice.MakeAsync(variable("CHAINBRIDGE_PROVIDER"), stop => DockerEngine.ProblemAsync(engine, images, stop), NativeProvider.Missing, CancellationToken.None);
        await say.WriteLineAsync($"ChainBridge.TestKit: PostgreSQL and Redis from the {choice.Name} provider ({choice.Why})");
        return choice.Name == "docker" ? new DockerProvider(variable, say) : new NativeProvider(time);
    }
}
