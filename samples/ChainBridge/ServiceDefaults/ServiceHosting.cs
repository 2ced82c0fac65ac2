using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>What the three services share: who they are, how they log, answer for their health and stop.</summary>
public static class ServiceHosting
{
    /// <summary>How long requests in flight may take to end once a stop was asked for.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A builder with the shared parts registered.</summary>
    public static WebApplicationBuilder CreateBuilder(string name, Assembly assembly, string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = assembly.GetName().Name
        });
        builder.Logging.ClearProviders().AddJsonConsole(options => options.IncludeScopes = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.AddSingleton(ServiceIdentity.Of(name, assembly));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddTransient<CorrelationHandler>();
        builder.Services.AddExceptionHandler<RequestProblemHandler>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.AddLoadShedding();
        // Malformed JSON becomes problem details too, in every environment.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.Configure<JsonOptions>(options => WireFormat.Apply(options.SerializerOptions));
        return builder;
    }

    /// <summary>
    /// Adds the shared middleware and routes: version header, correlation, metrics, problem details, <c>/health</c>,
    /// <c>/version</c>, <c>/metrics</c>.
    /// </summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        var identity = app.Services.GetRequiredService<ServiceIdentity>();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                // An answer passed on from another service already says whose it is.
                context.Response.Headers.TryAdd(ServiceIdentity.VersionHeader, identity.Version);
                return Task.CompletedTask;
            });
            return next(context);
        });
        app.UseMiddleware<CorrelationMiddleware>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHttpMetrics();
        app.UseRateLimiter();
        app.MapGet("/version", () => new { service = identity.Name, version = identity.Version, commit = identity.Commit });
        app.MapGet("/health", HealthAnswer.AskAsync);
        app.MapMetrics();
        return app;
    }

    /// <summary>Runs the service, or one of its one-off commands: <c>migrate up|down --to N|status</c>, <c>health</c>.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunServiceAsync(this WebApplication app, string[] args, MigrationRunner? migrations)
    {
        switch (args.FirstOrDefault())
        {
            case "health":
                return await HealthCommand.RunAsync(app.Configuration);
            case "migrate" when migrations is not null:
                return await MigrateCommand.RunAsync(migrations, args[1..], CancellationToken.None);
            default:
                await app.RunAsync();
                return 0;
        }
    }
}
