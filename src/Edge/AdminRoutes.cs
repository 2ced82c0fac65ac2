using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChainBridge.Edge;

/// <summary>The requests of the admin side; <c>docs/edge.md</c> describes it for others.</summary>
internal static class AdminRoutes
{
    /// <summary>Answers only that it is there, and so without the key.</summary>
    public const string Health = "/edge/health";

    public static void Map(WebApplication app, FrontDoor door, Reach reach, string key)
    {
        var wanted = Encoding.UTF8.GetBytes($"Bearer {key}");
        app.Use((context, next) => context.Request.Path == Health
            || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), wanted)
            ? next(context)
            : SayAsync(context, "the admin side of this edge answers only the runner that has its key", StatusCodes.Status401Unauthorized));
        app.Use(ExplainAsync);
        app.MapGet(Health, () => Results.Ok());
        app.MapGet("/state", () => new
        {
            door.State.Active, door.State.Shares, door.State.Slots, door.State.Doors, door.State.Token, door.State.Limits,
            Ports = door.Opened, door.InFlight, door.Start, door.Uptime, door.Figures,
        });
        app.MapPut("/slots/{slot}", (string slot, Placement body) => body.Address is not null && body.Doors is not null
            ? Answer(new Refusal(RefusalKind.Invalid, $"slot {slot} has 'address' and 'doors': give one of them"))
            : Answer(door.Place(slot, body.Place, body.Token)));
        app.MapPost("/slots/{slot}/reach", async (string slot, Reaching body, CancellationToken givenUp) =>
        {
            var (refusal, unreached) = await reach.AskAsync(slot, body.Doors, body.Within, givenUp);
            return refusal is null ? Results.Ok(new { unreached }) : Answer(refusal);
        });
        app.MapPut("/active", (Move body) => Answer(door.Switch(body.Slot, body.Token)));
        app.MapPut("/shares", (Sharing body) => Answer(door.Share(body.Shares, body.Token)));
        app.MapPut("/doors", (Opening body) => Answer(door.Open(body.Doors, body.Token)));
        app.MapPut("/limits", (Limits body) => Answer(door.Limit(new EdgeLimits(body.MaxBody, body.IdleTimeout), body.Token)));
    }

    private static IResult Answer(Refusal? refusal)
    {
        if (refusal is null) return Results.Ok();
        var status = refusal.Kind switch
        {
            RefusalKind.OldToken or RefusalKind.PortNotOpen => StatusCodes.Status409Conflict,
            RefusalKind.UnknownSlot => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status400BadRequest,
        };
        var kind = JsonNamingPolicy.CamelCase.ConvertName($"{refusal.Kind}");
        return Results.Problem(refusal.Why, statusCode: status, extensions: new Dictionary<string, object?> { ["kind"] = kind });
    }

    /// <summary>Answers a body that cannot be read, and a disk that cannot be written, with problem details.</summary>
    private static async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException bad)
        {
            await SayAsync(context, bad.InnerException is { } why ? $"{bad.Message} {why.Message}" : bad.Message, bad.StatusCode);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            await SayAsync(context, $"the edge could not keep this on its disk, and so changed nothing: {broken.Message}",
                StatusCodes.Status500InternalServerError);
        }
    }

    private static Task SayAsync(HttpContext context, string why, int status) =>
        Results.Problem(why, statusCode: status).ExecuteAsync(context);

    private sealed record Placement(Uri? Address, Dictionary<string, Uri>? Doors, string? Version, long Token)
    {
        public SlotPlace Place => Address is not null
            ? SlotPlace.At(Address, Version)
            : new SlotPlace(Version, (Doors ?? []).ToImmutableSortedDictionary());
    }

    private sealed record Reaching(List<string>? Doors, TimeSpan? Within);

    private sealed record Move(string? Slot, long Token);

    private sealed record Sharing(Dictionary<string, int>? Shares, long Token);

    private sealed record Opening(List<DoorRule?>? Doors, long Token);

    private sealed record Limits(long? MaxBody, TimeSpan? IdleTimeout, long Token);
}
