using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Providers;
using ChainBridge.TestKit.Providers.Choice;
using ChainBridge.TestKit.Runs;
using Xunit;

namespace ChainBridge.TestKit;

/// <summary>
/// The servers of one run, shared by all its tests and started by the first that asks. Use it as xUnit's assembly
/// fixture: <c>[assembly: AssemblyFixture(typeof(TestEnvironment))]</c>.
/// </summary>
public sealed class TestEnvironment : IAsyncDisposable
{
    private readonly Lazy<Task<ProviderStart>> _provider;
    private readonly Lazy<Task<PostgresServer>> _postgres;
    private readonly Lazy<Task<RedisServer>> _redis;

    /// <summary>Starts nothing yet. Which provider is used is read from <c>CHAINBRIDGE_PROVIDER</c>.</summary>
    /// <exception cref="InvalidOperationException">
    /// Something is asked for, such as a shard, that no framework of this test assembly reads.
    /// </exception>
    public TestEnvironment() : this(Environment.GetEnvironmentVariable, TimeProvider.System, StandardError.Open())
    {
        if (FrameworkCheck.Problem(TestContext.Current.TestAssembly, Environment.GetEnvironmentVariable) is { } problem)
            throw new InvalidOperationException(problem);
    }

    /// <summary>
    /// An environment with other variables, another clock, and another writer for the one line that names the chosen provider.
    /// </summary>
    public static TestEnvironment With(Func<string, string?> variable, TimeProvider time, TextWriter log) => new(variable, time, log);

    private TestEnvironment(Func<string, string?> variable, TimeProvider time, TextWriter log)
    {
        _provider = new(() => ProviderStart.ChooseAsync(variable, time, log));
        _postgres = new(async () => await (await _provider.Value).PostgresAsync());
        _redis = new(async () => await (await _provider.Value).RedisAsync());
        Postgres = new(() => _postgres.Value, null, variable, time, log);
        Redis = new(() => _redis.Value, stop => LacksAsync(Capability.RedisKeyPrefixes, stop));
    }

    /// <summary>Databases.</summary>
    public PostgresLeases Postgres { get; }

    /// <summary>Key spaces.</summary>
    public RedisLeases Redis { get; }

    /// <summary><c>docker</c>, <c>native</c>, <c>embedded</c> or <c>external</c>.</summary>
    /// <exception cref="ProviderException">None can be had.</exception>
    public async Task<string> ProviderNameAsync(CancellationToken cancellationToken) =>
        (await _provider.Value.WaitAsync(cancellationToken)).Provider.Name;

    /// <summary>Returns when this run's servers can do something, found out by trying it; call it first in a test that needs it.</summary>
    /// <exception cref="CapabilityException">They cannot; names the provider and what can.</exception>
    public async Task RequireAsync(Capability capability, CancellationToken cancellationToken)
    {
        if (await LacksAsync(capability, cancellationToken) is { } lack) throw new CapabilityException(lack);
    }

    /// <summary>
    /// Null when this run's servers can do something; otherwise a sentence that names the server that cannot and the providers that can.
    /// </summary>
    public async Task<string?> LacksAsync(Capability capability, CancellationToken cancellationToken) =>
        await CapabilityProbe.LacksAsync(capability, await ProviderNameAsync(cancellationToken),
            await _redis.Value.WaitAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Postgres.DisposeAsync();
        await Redis.DisposeAsync();
        // A server that never started has nothing to stop, and the test that asked for it has already thrown its failure.
        if (_postgres.IsValueCreated && _postgres.Value.IsCompletedSuccessfully) await (await _postgres.Value).Owner.DisposeAsync();
        if (_redis.IsValueCreated && _redis.Value.IsCompletedSuccessfully) await (await _redis.Value).Owner.DisposeAsync();
        if (_provider.IsValueCreated && _provider.Value.IsCompletedSuccessfully) await (await _provider.Value).Sweep.Value;
    }
}
