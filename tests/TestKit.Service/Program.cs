using ChainBridge.Tests.TestKit.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration["Fails"] is { } early) throw new InvalidOperationException(early);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHttpClient();
var app = builder.Build();
app.MapGet("/health", () => "well");
app.MapGet("/time", (TimeProvider time) => time.GetUtcNow().ToString("O"));
app.MapGet("/setting/{name}",
    (string name, IConfiguration configuration) => configuration[name.Replace("__", ":", StringComparison.Ordinal)] ?? "");
// Asks the service that it needs, and says who answered.
app.MapGet("/chain", async (IConfiguration configuration, IHttpClientFactory clients, CancellationToken stop) =>
    configuration["Next:Url"] is { Length: > 0 } next
        ? $"{configuration["Name"]} > {await clients.CreateClient().GetStringAsync(new Uri(new Uri(next), "chain"), stop)}"
        : $"{configuration["Name"]}");
app.MapPost("/echo", async (HttpRequest request, CancellationToken stop) =>
{
    using var reader = new StreamReader(request.Body);
    return Results.Text(await reader.ReadToEndAsync(stop), request.ContentType);
});
app.MapGet("/log/{line}", (string line, HttpRequest request) =>
{
    Console.WriteLine($"{line} {request.Headers["X-Correlation-Id"]}");
    return "logged";
});
app.MapGet("/crash", () => Environment.FailFast("on purpose"));
app.Run();
return 0;

namespace ChainBridge.Tests.TestKit.Service
{
    /// <summary>Stands for this program.</summary>
    public sealed class Entry;
}
