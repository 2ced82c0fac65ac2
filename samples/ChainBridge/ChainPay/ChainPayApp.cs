using ChainBridge.Samples.ServiceDefaults;
using Npgsql;

namespace ChainBridge.Samples.ChainPay;

/// <summary>ChainPay: settles payments for shipments, by the risk ChainIQ sees in them.</summary>
public static class ChainPayApp
{
    /// <summary>Its schema.</summary>
    public static IReadOnlyList<Migration> Migrations => Migration.In(typeof(ChainPayApp).Assembly);

    /// <summary>Builds the service; tests add to it through <paramref name="configure"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHosting.CreateBuilder("chainpay", typeof(ChainPayApp).Assembly, args);
        builder.Services.AddSingleton(services =>
            NpgsqlDataSource.Create(Stores.PostgresConnectionString(services.GetRequiredService<IConfiguration>(), "chainpay")));
        builder.Services.AddSingleton<PaymentStore>();
        builder.Services.AddHttpClient<RiskClient>((services, client) =>
        {
            client.BaseAddress = new Uri(services.GetRequiredService<IConfiguration>()["ChainIQ:Url"] ?? "http://chainiq:8080");
            client.Timeout = TimeSpan.FromSeconds(5);
        }).AddHttpMessageHandler<CorrelationHandler>();
        builder.Services.AddSingleton(services => new Dependency("postgres", async cancellationToken =>
        {
            await using var ask = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1");
            await ask.ExecuteScalarAsync(cancellationToken);
        }));
        configure?.Invoke(builder);

        var app = builder.Build().UseServiceDefaults();
        app.MapPayments();
        return app;
    }

    /// <summary>The runner of its migrations on the configured database.</summary>
    public static MigrationRunner MigrationsOn(IConfiguration configuration) =>
        new(Stores.PostgresConnectionString(configuration, "chainpay"), Migrations);
}
