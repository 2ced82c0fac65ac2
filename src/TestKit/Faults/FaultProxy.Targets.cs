using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.TestKit.Faults;

public sealed partial class FaultProxy
{
    /// <summary>Starts a proxy before the server of a database; connect with <see cref="Through(DatabaseLease)"/>.</summary>
    public static Task<FaultProxy> StartAsync(
        DatabaseLease database, CancellationToken cancellationToken, int seed = 1, TimeProvider? time = null) =>
        StartAsync(database.Host, database.Port, cancellationToken, seed, time);

    /// <summary>Starts a proxy before the server of a key space; connect with <see cref="Through(RedisLease)"/>.</summary>
    public static Task<FaultProxy> StartAsync(
        RedisLease cache, CancellationToken cancellationToken, int seed = 1, TimeProvider? time = null) =>
        StartAsync(cache.Host, cache.Port, cancellationToken, seed, time);

    /// <summary>Starts a proxy before a service; give its callers the address <see cref="Through(ServiceUnderTest)"/>.</summary>
    public static Task<FaultProxy> StartAsync(
        ServiceUnderTest service, CancellationToken cancellationToken, int seed = 1, TimeProvider? time = null) =>
        StartAsync(service.BaseAddress.Host, service.BaseAddress.Port, cancellationToken, seed, time);

    /// <summary>The connection string of the database by way of this proxy, for Npgsql.</summary>
    public string Through(DatabaseLease database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Host = $"{EndPoint.Address}",
            Port = EndPoint.Port
        }.ConnectionString;

    /// <summary>The connection string of the key space by way of this proxy, for StackExchange.Redis.</summary>
    public string Through(RedisLease cache)
    {
        var options = ConfigurationOptions.Parse(cache.ConnectionString);
        options.EndPoints.Clear();
        options.EndPoints.Add(EndPoint);
        return options.ToString(includePassword: true);
    }

    /// <summary>The address of the service by way of this proxy.</summary>
    public Uri Through(ServiceUnderTest service) =>
        new UriBuilder(service.BaseAddress) { Host = $"{EndPoint.Address}", Port = EndPoint.Port }.Uri;
}
