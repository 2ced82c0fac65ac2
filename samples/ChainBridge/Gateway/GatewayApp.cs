using ChainBridge.Samples.ServiceDefaults;
using Microsoft.AspNetCore.HttpOverrides;

namespace ChainBridge.Samples.Gateway;

/// <summary>The gateway: the one service the outside talks to.</summary>
public static class GatewayApp
{
    /// <summary>Builds the service; tests add to it through <paramref name="configure"/>.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceHosting.CreateBuilder("gateway", typeof(GatewayApp).Assembly, args);
        configure?.Invoke(builder);
        builder.AddForwarding();
        builder.Services.AddSingleton<ModelRegistry>();
        builder.Services.AddSingleton<StatusRoute>();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto;
            // Only the edge reaches this port; its address differs from slot to slot.
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
        });
        foreach (var name in Upstreams.Names)
        {
            builder.Services
                .AddHttpClient(name,
                    (services, client) => client.BaseAddress = Upstreams.AddressOf(services.GetRequiredService<IConfiguration>(), name))
                .AddHttpMessageHandler<CorrelationHandler>();
            builder.Services.AddSingleton(services => new Dependency(name, async cancellationToken =>
            {
                using var answer = await services.GetRequiredService<IHttpClientFactory>().CreateClient(name)
                    .GetAsync("version", cancellationToken);
                answer.EnsureSuccessStatusCode();
            }));
        }

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseServiceDefaults();
        app.MapGet("/api/v1/status", (StatusRoute status, CancellationToken cancellationToken) => status.AnswerAsync(cancellationToken));
        app.MapPost("/api/models/register", (ModelRegistration model, ModelRegistry models) =>
        {
            if (model.Problems() is { Count: > 0 } problems)
                return Results.ValidationProblem(problems, statusCode: StatusCodes.Status422UnprocessableEntity);
            var (at, isNew) = models.Register(model.Name!, model.Version!);
            return Results.Json(new { name = model.Name, version = model.Version, registered_at = at }, WireFormat.Options,
                statusCode: isNew ? 201 : 200);
        });
        app.MapReverseProxy();
        return app;
    }
}
