using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>The two listeners of the edge: the public door, and the admin side that moves it.</summary>
public static class EdgeApp
{
    /// <summary>Says nothing but that it is there, and so to anybody.</summary>
    private const string Health = "/edge/health";

    /// <summary>A request's line, all headers of a request, all headers of an answer: each is held in memory.</summary>
    private const int MaxHeaderBytes = 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The public door. It retries nothing: a payment is not ours to send twice.</summary>
    public static WebApplication BuildPublic(FrontDoor door, string url)
    {
        var builder = Slim(url);
        builder.WebHost.ConfigureKestrel(kestrel => Open(kestrel.Limits));
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current), ConnectTimeout = ConnectTimeout,
            MaxResponseHeadersLength = MaxHeaderBytes / 1024,
        });
        app.Lifetime.ApplicationStopped.Register(client.Dispose);
        app.Run(context => ForwardAsync(context, door, forwarder, client));
        return app;
    }

    /// <summary>
    /// The admin side. Others than the runner may reach it, e.g. the containers it sends traffic to; only who has the key is answered.
    /// </summary>
    public static WebApplication BuildAdmin(FrontDoor door, string url, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var wanted = Encoding.UTF8.GetBytes($"Bearer {key}");
        var app = Slim(url).Build();
        app.Use((context, next) =>
            context.Request.Path == Health
                || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), wanted)
                ? next(context)
                : Results.Problem("the admin side of this edge answers only the runner that has its key",
                    statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context));
        app.MapGet("/state", () => new { door.State.Active, door.State.Slots, door.State.Token, door.InFlight, door.Start, door.Figures });
        app.MapGet(Health, () => Results.Ok());
        app.MapPut("/slots/{slot}",
            (string slot, Placement placement) => Answer(door.Place(slot, placement.Address, placement.Token), slot, door));
        app.MapPut("/limits",
            (Limits limits) => Answer(door.Limit(new EdgeLimits(limits.MaxBody, limits.IdleTimeout), limits.Token), "", door));
        app.MapPut("/active", (Move move) => Answer(door.Switch(move.Slot, move.Token), move.Slot, door));
        return app;
    }

    /// <summary>0 when the edge at this admin address answers; what a container's HEALTHCHECK runs, so that no image needs curl.</summary>
    public static async Task<int> HealthAsync(Uri admin)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await client.GetAsync(new Uri(admin, Health));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"the edge does not answer: {silent.Message}");
            return 1;
        }
    }

    private static WebApplicationBuilder Slim(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
        return builder;
    }

    private static async Task ForwardAsync(HttpContext context, FrontDoor door, IHttpForwarder forwarder, HttpMessageInvoker client)
    {
        if (door.Enter() is not var (slot, address))
        {
            context.Response.Headers.RetryAfter = "5";
            await Results.Problem("no release is serving yet", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        var ending = Ending.Broken;
        try
        {
            ending = await ForwardAsync(context, address, door.State.Limits ?? EdgeLimits.None, forwarder, client);
        }
        finally
        {
            door.Leave(slot, ending);
        }
    }

    private static async Task<Ending> ForwardAsync(
        HttpContext context, Uri address, EdgeLimits limits, IHttpForwarder forwarder, HttpMessageInvoker client)
    {
        if (limits.MaxBody is { } most)
        {
            if (context.Request.ContentLength > most)
            {
                await Results.Problem($"the body has {context.Request.ContentLength} bytes; edge.maxBody allows {most}",
                    statusCode: StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context);
                return Ending.Served;
            }

            // A body that does not say its length is counted while it comes.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = most;
        }

        var error = await forwarder.SendAsync(context, address.ToString(), client, limits.Forwarding, DoorTransformer.Instance);
        return error == ForwarderError.None
            ? context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? Ending.Failed : Ending.Served
            : OfTheCaller(error) ? Ending.Served : Ending.Broken;
    }

    /// <summary>
    /// The caller went away or sent what is no request, or a WebSocket was silent for longer than the edge was told to
    /// allow: no fault of the release.
    /// </summary>
    private static bool OfTheCaller(ForwarderError error) => error is ForwarderError.UpgradeActivityTimeout or
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
        or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseCanceled
        or ForwarderError.UpgradeResponseClient;

    /// <summary>
    /// Kestrel's limits are for a server that answers itself. Here the release behind the door has its own; what is left bounds memory and
    /// the time for headers only.
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

    private static IResult Answer(Refusal refusal, string slot, FrontDoor door) => refusal switch
    {
        Refusal.OldToken =>
            Results.Problem($"a newer runner (token {door.State.Token}) has the target", statusCode: StatusCodes.Status409Conflict),
        Refusal.UnknownSlot => Results.Problem($"slot {slot} has no address yet", statusCode: StatusCodes.Status404NotFound),
        _ => Results.Ok(),
    };

    private sealed record Placement(Uri Address, long Token);

    private sealed record Limits(long? MaxBody, TimeSpan? IdleTimeout, long Token);

    private sealed record Move(string Slot, long Token);
}
