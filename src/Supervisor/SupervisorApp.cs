using ChainBridge.LocalServers.Supervision;

namespace ChainBridge.Supervisor;

/// <summary>The supervisor's door: a Unix socket that only its user reaches.</summary>
public static class SupervisorApp
{
    /// <summary>The routes over a roster.</summary>
    public static WebApplication Build(Roster roster, SupervisorFolder folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(server => server.ListenUnixSocket(folder.Socket));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, SupervisionJson.Default));
        var app = builder.Build();
        app.MapGet("/state", () => roster.Report);
        app.MapPost("/fence", (Change change) => Answer(roster.Fence(change.Token), roster));
        app.MapPut("/units/{name}", async (string name, StartUnit start, CancellationToken gone) =>
        {
            if (name != start.Unit.Name) return Results.Problem($"the unit is named {start.Unit.Name} and was sent to {name}", statusCode: StatusCodes.Status400BadRequest);
            var (refusal, unit) = await roster.StartAsync(start.Token, start.Unit, gone);
            return unit is null ? Answer(refusal, roster) : Results.Ok(unit);
        });
        app.MapPost("/units/{name}/proved", (string name, Change change) => Answer(roster.Prove(change.Token, name), roster));
        // A stop goes on when whoever asked for it is gone: half a stop helps nobody.
        app.MapPost("/units/{name}/stop", (string name, Change change) => StopAsync(() => roster.StopAsync(change.Token, name), roster));
        app.MapPost("/end", async (Change change) =>
        {
            var answer = await StopAsync(() => roster.EndAsync(change.Token), roster);
            if (roster.Closed) app.Lifetime.StopApplication();
            return answer;
        });
        return app;
    }

    private static async Task<IResult> StopAsync(Func<Task<Refusal>> stop, Roster roster)
    {
        try
        {
            return Answer(await stop(), roster);
        }
        catch (TimeoutException stuck)
        {
            return Results.Problem(stuck.Message, statusCode: StatusCodes.Status500InternalServerError);
        }
    }

    private static IResult Answer(Refusal refusal, Roster roster) => refusal switch
    {
        Refusal.OldToken => Results.Problem($"a newer runner (token {roster.Report.Token}) has the target", statusCode: StatusCodes.Status409Conflict),
        Refusal.UnknownUnit => Results.Problem("no such unit runs", statusCode: StatusCodes.Status404NotFound),
        Refusal.Closing => Results.Problem("this supervisor is ending", statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => Results.Ok(),
    };
}
