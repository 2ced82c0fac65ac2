using System.Globalization;
using ChainBridge.Machine;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Load.Machines;
using ChainBridge.Tests.Integration.Infrastructure;
using Npgsql;
using StackExchange.Redis;

namespace ChainBridge.Tests.Performance;

/// <summary>Looks at what services keep while they serve: memory, sockets, and their connections to the two servers.</summary>
internal sealed class SoakWatch : IAsyncDisposable
{
    private const double MostMegabytesAMinute = 8, MostConnectionsAMinute = 2;
    private static readonly TimeSpan ForMemory = TimeSpan.FromSeconds(90), ForConnections = TimeSpan.FromSeconds(30);
    private readonly NpgsqlDataSource _postgres;
    private readonly IConnectionMultiplexer _redis;
    private readonly List<(Growth Growth, Func<CancellationToken, Task<double>> LookAsync)> _looks = [];

    private SoakWatch(NpgsqlDataSource postgres, IConnectionMultiplexer redis) => (_postgres, _redis) = (postgres, redis);

    /// <summary>Everything that is looked at.</summary>
    public IEnumerable<Growth> All => _looks.Select(look => look.Growth);

    /// <summary>Sessions of the services.</summary>
    public Growth PostgresSessions { get; } = new("PostgreSQL, sessions", MostConnectionsAMinute, ForConnections);

    public static async Task<SoakWatch> OfAsync(Stack stack, params (string Name, ServiceUnderTest Service)[] services)
    {
        var watch = new SoakWatch(NpgsqlDataSource.Create(stack.IqDatabase.ConnectionString + ";Maximum Pool Size=1"),
            await ConnectionMultiplexer.ConnectAsync($"{stack.Cache.Host}:{stack.Cache.Port},allowAdmin=true"));
        foreach (var (name, service) in services)
        {
            var process = SocketOwners.Read(ProcFiles.Processes()).Listening(service.BaseAddress.Port).Single();
            watch.Add(new($"{name}, memory in MB", MostMegabytesAMinute, ForMemory), stop => MegabytesAsync(service, stop));
            watch.Add(new($"{name}, sockets", MostConnectionsAMinute, ForConnections), _ => Task.FromResult(Sockets(process)));
        }

        watch.Add(watch.PostgresSessions, stop => watch.SessionsAsync([stack.IqDatabase.Database, stack.PayDatabase.Database], stop));
        watch.Add(new("Redis, clients", MostConnectionsAMinute, ForConnections), _ => watch.ClientsAsync(stack.Cache.User));
        return watch;
    }

    /// <summary>One look at all of it.</summary>
    public async Task LookAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        foreach (var (growth, lookAsync) in _looks) growth.Add(at, await lookAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private void Add(Growth growth, Func<CancellationToken, Task<double>> lookAsync) => _looks.Add((growth, lookAsync));

    /// <summary>The working set, as the service says itself.</summary>
    private static async Task<double> MegabytesAsync(ServiceUnderTest service, CancellationToken cancellationToken)
    {
        const string Metric = "process_working_set_bytes ";
        var line = (await service.Client.GetStringAsync("metrics", cancellationToken)).Split('\n')
            .First(line => line.StartsWith(Metric, StringComparison.Ordinal));
        return double.Parse(line[Metric.Length..], CultureInfo.InvariantCulture) / 1e6;
    }

    /// <summary>Of all kinds, to callers and to what it asks.</summary>
    private static double Sockets(int process) => TcpSocket.HeldBy(process).Count();

    private async Task<double> SessionsAsync(string[] databases, CancellationToken cancellationToken)
    {
        await using var count = _postgres.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY ($1) AND pid <> pg_backend_pid()");
        count.Parameters.Add(new() { Value = databases });
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The connections of the key space's own user, which only the services have; of all where it has none.</summary>
    private async Task<double> ClientsAsync(string user) => (await _redis.GetServers().Single().ClientListAsync())
        .Count(client => user.Length == 0 || client.Raw!.Contains($" user={user} ", StringComparison.Ordinal));
}
