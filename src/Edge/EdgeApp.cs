using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>The two listeners of the edge: the public door, and the admin side that moves it.</summary>
public static class EdgeApp
{
    /// <summary>Says nothing but that it is there, and so to anybody.</summary>
    private const string Health = "/edge/health";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The public door. It retries nothing: a payment is not ours to send twice.</summary>
    public static WebApplication BuildPublic(FrontDoor door, string url)
    {
        var builder = Slim(url);
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current), ConnectTimeout = ConnectTimeout,
        });
        app.Lifetime.ApplicationStopped.Register(client.Dispose);
        app.Run(context => ForwardAsync(context, door, forwarder, client));
        return app;
    }

    /// <summary>The admin side. Others than the runner may reach it, e.g. the containers it sends traffic to; only who has the key is answered.</summary>
    public static WebApplication BuildAdmin(FrontDoor door, string url, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var wanted = Encoding.UTF8.GetBytes($"Bearer {key}");
        var app = Slim(url).Build();
        app.Use((context, next) => context.Request.Path == Health || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), wanted)
            ? next(context)
            : Results.Problem("the admin side of this edge answers only the runner that has its key", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context));
        app.MapGet("/state", () => new { door.State.Active, door.State.Slots, door.State.Token, door.InFlight });
        app.MapGet(Health, () => Results.Ok());
        app.MapPut("/slots/{slot}", (string slot, Placement placement) => Answer(door.Place(slot, placement.Address, placement.Token), slot, door));
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

        try
        {
            await forwarder.SendAsync(context, address.ToString(), client, ForwarderRequestConfig.Empty, DoorTransformer.Instance);
        }
        finally
        {
            door.Leave(slot);
        }
    }

    private static IResult Answer(Refusal refusal, string slot, FrontDoor door) => refusal switch
    {
        Refusal.OldToken => Results.Problem($"a newer runner (token {door.State.Token}) has the target", statusCode: StatusCodes.Status409Conflict),
        Refusal.UnknownSlot => Results.Problem($"slot {slot} has no address yet", statusCode: StatusCodes.Status404NotFound),
        _ => Results.Ok(),
    };

    private sealed record Placement(Uri Address, long Token);

    private sealed record Move(string Slot, long Token);
}
