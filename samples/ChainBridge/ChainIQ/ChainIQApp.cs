using ChainBridge.Samples.ServiceDefaults;
using Npgsql;

namespace ChainBridge.Samples.ChainIQ;

/// <summary>ChainIQ: scores the risk of a shipment.</summary>
public static class ChainIQApp
{
    /// <summary>Its schema.</summary>
    public static IReadOnlyList<Migration> Migrations => Migration.In(typeof(ChainIQApp).Assembly);

    /// <summary>Builds the service; tests add to it through <paramref name="configure"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHosting.CreateBuilder("chainiq", typeof(ChainIQApp).Assembly, args);
        builder.Services.AddSingleton(services =>
            NpgsqlDataSource.Create(Stores.PostgresConnectionString(services.GetRequiredService<IConfiguration>(), "chainiq")));
        builder.Services.AddSingleton(services =>
            new RedisStore(Stores.RedisOptions(services.GetRequiredService<IConfiguration>(), "chainiq")));
        builder.Services.AddSingleton<ScoreStore>();
        builder.Services.AddSingleton(services => new Dependency("postgres", async cancellationToken =>
        {
            await using var ask = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1");
            await ask.ExecuteScalarAsync(cancellationToken);
        }));
        builder.Services.AddSingleton(services => new Dependency("redis", async cancellationToken =>
            await (await services.GetRequiredService<RedisStore>().DatabaseAsync(cancellationToken)).PingAsync()));
        configure?.Invoke(builder);

        var app = builder.Build().UseServiceDefaults();
        app.MapPost("/score/shipment", async (ShipmentRequest request, ScoreStore scores, CancellationToken cancellationToken) =>
            request.Problems() is { Count: > 0 } problems
                ? Results.ValidationProblem(problems, statusCode: StatusCodes.Status422UnprocessableEntity)
                : Results.Ok(await scores.ScoreAsync(request, cancellationToken)));
        return app;
    }

    /// <summary>The runner of its migrations on the configured database.</summary>
    public static MigrationRunner MigrationsOn(IConfiguration configuration) =>
        new(Stores.PostgresConnectionString(configuration, "chainiq"), Migrations);
}
