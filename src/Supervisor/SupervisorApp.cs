using ChainBridge.Machine.Supervision;

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
        builder.Services.ConfigureHttpJsonOptions(options =>
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, SupervisionJson.Default));
        var app = builder.Build();
        app.MapGet("/state", () => roster.Report);
        app.MapPost("/fence", (Change change) => TryAsync(() => Task.FromResult((roster.Fence(change.Token), (UnitReport?)null)), roster));
        app.MapPut("/units/{name}", (string name, StartUnit start, CancellationToken gone) => name == start.Unit.Name
            ? TryAsync(() => roster.StartAsync(start.Token, start.Unit, gone), roster)
            : Task.FromResult(Results.Problem($"the unit is named {start.Unit.Name} and was sent to {name}",
                statusCode: StatusCodes.Status400BadRequest)));
        app.MapPost("/units/{name}/proved",
            (string name, Change change) => TryAsync(() => Task.FromResult(roster.Prove(change.Token, name)), roster));
        // A stop goes on when its caller is gone: half a stop is worse than none.
        app.MapPost("/units/{name}/stop",
            (string name, Change change) => TryAsync(() => roster.StopAsync(change.Token, name), roster));
        app.MapPost("/end", async (Change change) =>
        {
            var answer = await TryAsync(async () => (await roster.EndAsync(change.Token), null), roster);
            if (roster.Closed) app.Lifetime.StopApplication();
            return answer;
        });
        return app;
    }

    /// <summary>500 is for what could not be done: a process that does not end, a disk that is full.</summary>
    private static async Task<IResult> TryAsync(Func<Task<(Refusal Refusal, UnitReport? Unit)>> order, Roster roster)
    {
        try
        {
            var (refusal, unit) = await order();
            return refusal switch
            {
                Refusal.OldToken => Results.Problem($"a newer runner (token {roster.Report.Token}) has the target",
                    statusCode: StatusCodes.Status409Conflict),
                Refusal.UnknownUnit => Results.Problem("there is no such unit", statusCode: StatusCodes.Status404NotFound),
                Refusal.Closing => Results.Problem("this supervisor is ending", statusCode: StatusCodes.Status503ServiceUnavailable),
                _ => unit is null ? Results.Ok() : Results.Ok(unit),
            };
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            return Results.Problem(failure.Message, statusCode: StatusCodes.Status500InternalServerError);
        }
    }
}
