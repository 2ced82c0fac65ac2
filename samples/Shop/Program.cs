// Two services from one program: the till, which the door leads to, and the prices that it asks.
var release = Environment.GetEnvironmentVariable("RELEASE") ?? "unknown";
var prices = Environment.GetEnvironmentVariable("PRICES_URL");
var app = WebApplication.CreateSlimBuilder(args).Build();
app.Use((context, next) =>
{
    context.Response.Headers["X-ChainBridge-Version"] = release;
    return next(context);
});
app.MapGet("/health", () => "fine");
app.MapGet("/version", () => new { version = release, commit = "unknown" });
using var client = new HttpClient();
app.MapGet("/", async () => prices is null ? "tea 3" : $"Today: {await client.GetStringAsync(prices)}");
app.Run();
