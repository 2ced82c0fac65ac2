using Tiny;

var release = new Release();
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Information);
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
if (builder.Configuration["PORT"] is { } port) builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
var database = new Database(builder.Configuration, release);
if (args is ["migrate", .. var arguments]) return await database.MigrateAsync(arguments);

var role = builder.Configuration["Role"];
var isFront = role == "front";
if (release.Behaviour == "dies-at-start")
{
    await Console.Error.WriteLineAsync("this release dies at its start");
    return 3;
}

if (release.Behaviour == "tells-all")
{
    foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        await Console.Error.WriteLineAsync($"{variable.Key}={variable.Value}\n?{variable.Key}={Uri.EscapeDataString($"{variable.Value}")}\n"
            + $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{variable.Key}:{variable.Value}"))}");
    if (isFront) return 5;
}

if (!isFront && release.Behaviour == "dies-when-told" && await database.IsToldToDieAsync())
{
    await Console.Error.WriteLineAsync("this release was told to die");
    return 4;
}

var app = builder.Build();
app.Use((context, next) =>
{
    if (release.Behaviour != "says-no-version")
        context.Response.Headers["X-ChainBridge-Version"] =
            release.Behaviour == "says-another-version" ? "another" : release.Version;
    return next(context);
});
app.MapGet("/version", () => new { version = release.Version, commit = release.Commit });
app.MapGet("/health", () => release.Behaviour == "unhealthy" && isFront || release.Behaviour == "unhealthy-inside" && role == "middle"
    ? Results.StatusCode(503) : Results.Ok());
if (isFront) MapFront(app);
else if (role == "middle") MapMiddle(app);
else MapBack(app);
await app.RunAsync();
return 0;

// The page: only as good as what back answers.
void MapFront(WebApplication front)
{
    var pages = 0;
    var back = Calling(front);
    front.MapGet("/", async (HttpContext context) =>
    {
        var inside = await back.GetFromJsonAsync<BackSays>("/step", context.RequestAborted);
        // Asked at its own address there is no such header: only the public door adds it.
        var page = context.Request.Headers.ContainsKey("X-Forwarded-Host") ? Interlocked.Increment(ref pages) : 0;
        // A smoke run asks for a page or two, an observation for many.
        if (release.Behaviour == "dies-with-traffic" && page > 3) Environment.FailFast("this release dies at its fourth page");
        if (release.Behaviour == "fails-one-in-five" && page > 0 && page % 5 == 0) return Results.StatusCode(500);
        if (release.Behaviour == "slow-one-in-five" && page > 0 && page % 5 == 0)
            await Task.Delay(TimeSpan.FromSeconds(1.5), context.RequestAborted);
        var forgets = release.Behaviour == "wrong-through-the-door" && page > 0;
        return Results.Ok(new { page = forgets ? "lost" : "welcome", front = release.Version, back = inside!.Version, inside.Step });
    });
    Lasting.Map(front, release);
    front.MapPost("/die", async (CancellationToken stop) => { using var _ = await back.PostAsync("/die", null, stop); });
    // As long as its caller goes on sending, a request is in flight.
    front.MapPost("/slow", async (HttpRequest request, CancellationToken stop) =>
    {
        await request.Body.CopyToAsync(Stream.Null, stop);
        return new { front = release.Version };
    });
}

// Connections are kept, and renewed once a second: so they follow a name that has moved.
HttpClient Calling(WebApplication caller) => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) })
{
    BaseAddress = new Uri(caller.Configuration["Back:Url"]!), Timeout = TimeSpan.FromSeconds(20),
};

// Of stacks that have one: between the two.
void MapMiddle(WebApplication middle)
{
    var back = Calling(middle);
    middle.MapGet("/step", (CancellationToken stop) => back.GetFromJsonAsync<BackSays>("/step", stop));
}

void MapBack(WebApplication inside)
{
    inside.MapGet("/step", async (CancellationToken stop) =>
    {
        if (release.Behaviour == "asks-slowly") await database.AskSlowlyAsync(stop);
        if (release.Behaviour == "reads-pages") await database.ReadPagesAsync(stop);
        return new BackSays(release.Version, await database.StepAsync(stop));
    });
    // It dies again each time it is started: a supervisor or an engine cannot mend it.
    if (release.Behaviour == "dies-when-told") inside.MapPost("/die", async () =>
    {
        await database.TellToDieAsync();
        Environment.FailFast("this release was told to die");
    });
}

internal sealed record BackSays(string Version, int Step);
