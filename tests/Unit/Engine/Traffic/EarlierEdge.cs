using System.Collections.Concurrent;
using System.Text.Json;
using ChainBridge.Engine.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Traffic;

/// <summary>An admin side as edges of earlier runners had it, on a port of its own.</summary>
internal sealed class EarlierEdge : IEdgePlace, IAsyncDisposable
{
    private readonly WebApplication _app;

    private EarlierEdge(WebApplication app) => _app = app;

    /// <summary>The changes that it was told, in their order.</summary>
    public ConcurrentQueue<string> Told { get; } = [];

    private static IReadOnlyList<OpenPort> Ports { get; } = [new("default", 8080, 8080)];

    /// <param name="oneDoor">Whether it has one door and no shares.</param>
    /// <param name="counts">Whether it counts requests.</param>
    /// <param name="noReach">Its answer when it is to connect to a slot; null for an edge that has no such route.</param>
    public static async Task<EarlierEdge> StartAsync(bool oneDoor = true, bool counts = true, int? noReach = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var edge = new EarlierEdge(app);
        app.MapGet("/state", () => new
        {
            active = "blue", slots = new { blue = "http://127.0.0.1:5001" }, token = 3, inFlight = new { },
            ports = oneDoor ? null : new { @default = 8080 }, start = counts ? "a" : null, figures = counts ? new { } : null,
        });
        app.MapPut("/slots/{slot}", (string slot, JsonElement body) => edge.Told.Enqueue($"{slot} {body.GetProperty("address")}"));
        app.MapPut("/active", (JsonElement body) => edge.Told.Enqueue($"active {body.GetProperty("slot")}"));
        if (noReach is { } status) app.MapPost("/slots/{slot}/reach", () => Results.StatusCode(status));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return edge;
    }

    public Task<EdgeClient?> AdminAsync(CancellationToken cancellationToken) =>
        Task.FromResult<EdgeClient?>(new(new Uri(_app.Urls.First()), "the-key", Ports));

    public Task<IReadOnlyList<OpenPort>> PortsAsync(CancellationToken cancellationToken) => Task.FromResult(Ports);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
