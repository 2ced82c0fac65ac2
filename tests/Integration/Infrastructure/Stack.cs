using ChainBridge.Samples.ChainIQ;
using ChainBridge.Samples.ChainPay;
using ChainBridge.Samples.Gateway;
using ChainBridge.Samples.ServiceDefaults;
using ChainBridge.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChainBridge.Tests.Integration.Infrastructure;

/// <summary>The three services of one test on its own databases and key space; parts are started as the test asks.</summary>
public sealed class Stack(TimeProvider time, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();

    public DatabaseLease IqDatabase { get; private set; } = null!;

    public DatabaseLease PayDatabase { get; private set; } = null!;

    public RedisLease Cache { get; private set; } = null!;

    public ServiceUnderTest ChainIQ { get; private set; } = null!;

    public ServiceUnderTest ChainPay { get; private set; } = null!;

    public ServiceUnderTest Gateway { get; private set; } = null!;

    /// <summary>The migrations of a service, keyed by their text.</summary>
    public static MigrationSet Of(string name, IReadOnlyList<Migration> migrations) => new(
        $"{name}:{string.Join('\n', migrations.Select(migration => migration.Up))}",
        (connectionString, stop) => new MigrationRunner(connectionString, migrations).UpAsync(stop));

    public static async Task<Stack> StartAsync(TestEnvironment environment, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var stack = await WithDatabasesAsync(environment, cancellationToken, time);
        stack.ChainIQ = await stack.StartChainIQAsync();
        await stack.StartPayAndGatewayAsync(stack.ChainIQ.BaseAddress);
        return stack;
    }

    /// <summary>Databases and key space only.</summary>
    public static async Task<Stack> WithDatabasesAsync(
        TestEnvironment environment, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var stack = new Stack(time ?? TimeProvider.System, cancellationToken);
        stack.IqDatabase = stack.Own(await environment.Postgres.LeaseAsync(Of("chainiq", ChainIQApp.Migrations), cancellationToken));
        stack.PayDatabase = stack.Own(await environment.Postgres.LeaseAsync(Of("chainpay", ChainPayApp.Migrations), cancellationToken));
        stack.Cache = stack.Own(await environment.Redis.LeaseAsync(cancellationToken));
        return stack;
    }

    /// <summary>A ChainIQ in process.</summary>
    /// <param name="database">Another than the stack's.</param>
    /// <param name="cache">Another than the stack's.</param>
    public async Task<ServiceUnderTest> StartChainIQAsync(DatabaseLease? database = null, RedisLease? cache = null) =>
        Own(await ServiceHost.InProcessAsync("chainiq", ChainIQApp.Build([], Configure(IqSettings(database, cache))), TimeProvider.System,
            cancellationToken));

    /// <summary>ChainIQ as a process of its own, so that it can be killed.</summary>
    public Task<ProcessUnderTest> StartChainIQProcessAsync() => StartProcessAsync("ChainIQ", IqSettings());

    /// <summary>ChainPay as a process of its own, on the ChainIQ at this address.</summary>
    public Task<ProcessUnderTest> StartChainPayProcessAsync(Uri chainIQ) =>
        StartProcessAsync("ChainPay", new(Postgres(PayDatabase)) { ["ChainIQ:Url"] = $"{chainIQ}" });

    /// <summary>ChainPay and the gateway in process, on the ChainIQ at this address.</summary>
    public async Task StartPayAndGatewayAsync(Uri chainIQ)
    {
        ChainPay = await StartAnotherChainPayAsync(chainIQ);
        Gateway = Own(await ServiceHost.InProcessAsync("gateway",
            GatewayApp.Build([], Configure(new() { ["ChainIQ:Url"] = $"{chainIQ}", ["ChainPay:Url"] = $"{ChainPay.BaseAddress}" })),
            TimeProvider.System, cancellationToken));
    }

    /// <summary>One more ChainPay, on the same database.</summary>
    /// <param name="database">Another than the stack's.</param>
    public async Task<ServiceUnderTest> StartAnotherChainPayAsync(Uri chainIQ, DatabaseLease? database = null) =>
        Own(await ServiceHost.InProcessAsync("chainpay", ChainPayApp.Build([],
            Configure(new(Postgres(database ?? PayDatabase)) { ["ChainIQ:Url"] = $"{chainIQ}" })), TimeProvider.System, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var last)) await last.DisposeAsync();
    }

    /// <summary>With the cache's connection string: its user is held to the test's own keys, and so the service is.</summary>
    public Dictionary<string, string?> IqSettings(DatabaseLease? database = null, RedisLease? cache = null) =>
        new(Postgres(database ?? IqDatabase)) { ["Redis:ConnectionString"] = (cache ?? Cache).ConnectionString };

    private static Dictionary<string, string?> Postgres(DatabaseLease lease) => new()
    {
        ["Postgres:Host"] = lease.Host, ["Postgres:Port"] = $"{lease.Port}", ["Postgres:Username"] = lease.Username,
        ["Postgres:Password"] = lease.Password, ["Postgres:Database"] = lease.Database,
    };

    private Action<WebApplicationBuilder> Configure(Dictionary<string, string?> settings) => builder =>
    {
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(time);
    };

    private async Task<ProcessUnderTest> StartProcessAsync(string service, Dictionary<string, string?> settings)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"ChainBridge.Samples.{service}.dll");
        var variables =
            settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        return Own(await ServiceHost.ProcessAsync(service.ToLowerInvariant(), ["dotnet", program], variables, TimeProvider.System,
            cancellationToken));
    }

    private T Own<T>(T part) where T : IAsyncDisposable
    {
        _owned.Push(part);
        return part;
    }
}
