using StackExchange.Redis;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>
/// One connection to Redis, made by the first that asks and without holding a thread meanwhile: a burst of first
/// requests must not wait for each other on blocked threads.
/// </summary>
public sealed class RedisStore(ConfigurationOptions options) : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(options));

    /// <summary>The configured database.</summary>
    public async Task<IDatabase> DatabaseAsync(CancellationToken cancellationToken) =>
        (await _connection.Value.WaitAsync(cancellationToken)).GetDatabase();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated && _connection.Value.IsCompletedSuccessfully) await (await _connection.Value).DisposeAsync();
    }
}
