using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>The two listeners of the edge: the public doors, and the admin side that moves them.</summary>
public static class EdgeApp
{
    /// <summary>A request's line, all headers of a request, all headers of an answer: each is held in memory.</summary>
    private const int MaxHeaderBytes = 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The public doors.</summary>
    /// <param name="url">Where the door <see cref="DoorRule.Default"/> listens.</param>
    /// <param name="more">Door → a port of its own, on the same host.</param>
    public static WebApplication BuildPublic(FrontDoor door, string url, params IReadOnlyList<KeyValuePair<string, int>> more) =>
        BuildPublic(door, url, more, ConnectTimeout);

    internal static WebApplication BuildPublic(
        FrontDoor door, string url, IReadOnlyList<KeyValuePair<string, int>> more, TimeSpan connectTimeout)
    {
        var own = BindingAddress.Parse(url);
        var doors = more.Prepend(new(DoorRule.Default, own.Port)).ToList();
        var app = Slim(string.Join(';', more.Select(one => $"{own.Scheme}://{own.Host}:{one.Value}").Prepend(url)), builder =>
        {
            builder.WebHost.ConfigureKestrel(kestrel => Open(kestrel.Limits));
            builder.Services.AddHttpForwarder();
        });
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current), ConnectTimeout = connectTimeout,
            MaxResponseHeadersLength = MaxHeaderBytes / 1024,
            ConnectCallback = (context, cancellationToken) => Reach.ConnectAsync(context.DnsEndPoint, cancellationToken),
        });
        door.Listen(doors);
        // A port that the system chose is known from here on. Kestrel lists its addresses in the order they were given.
        app.Lifetime.ApplicationStarted.Register(() => door.Listen(
            Addresses(app).Zip(doors, (address, one) => KeyValuePair.Create(one.Key, BindingAddress.Parse(address).Port))));
        app.Lifetime.ApplicationStopped.Register(client.Dispose);
        app.Run(new Forwarding(door, app.Services.GetRequiredService<IHttpForwarder>(), client).AnswerAsync);
        return app;
    }

    /// <summary>
    /// The admin side. Others than the runner may reach it, e.g. the containers it sends traffic to; only requests with the key are
    /// answered.
    /// </summary>
    public static WebApplication BuildAdmin(FrontDoor door, string url, string key) => BuildAdmin(door, url, key, TimeProvider.System);

    internal static WebApplication BuildAdmin(FrontDoor door, string url, string key, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var app = Slim(url, builder => builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true));
        AdminRoutes.Map(app, door, new Reach(door, time), key);
        return app;
    }

    /// <summary>0 when the edge at this admin address answers; what a container's HEALTHCHECK runs, so that no image needs curl.</summary>
    public static async Task<int> HealthAsync(Uri admin)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await client.GetAsync(new Uri(admin, AdminRoutes.Health));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"the edge does not answer: {silent.Message}");
            return 1;
        }
    }

    private static ICollection<string> Addresses(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    private static WebApplication Slim(string urls, Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
        add(builder);
        return builder.Build();
    }

    /// <summary>
    /// Kestrel's limits are for a server that answers itself. Here the release behind the door has its own; what is left
    /// bounds memory and the time for headers only.
    /// </summary>
    private static void Open(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestHeaderCount = int.MaxValue;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxHeaderBytes;
        // Kestrel refuses a buffer that is smaller than a line it must hold.
        limits.MaxRequestBufferSize = 2 * MaxHeaderBytes;
    }
}
