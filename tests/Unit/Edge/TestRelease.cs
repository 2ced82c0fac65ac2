using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>A release that answers with its name, in every way an answer can be given.</summary>
internal sealed class TestRelease : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestRelease(WebApplication app) => _app = app;

    public Uri Address => EdgeLab.Address(_app);

    /// <summary>Lets <c>/held</c>, <c>/stream</c> and <c>/breaks</c> end.</summary>
    public void GoOn() => _goOn.TrySetResult();

    public static async Task<TestRelease> StartAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var release = new TestRelease(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        app.MapGet("/status/{status:int}", (int status) => Results.Text(name, statusCode: status));
        app.MapGet("/liar", (HttpResponse response) =>
        {
            response.Headers["X-ChainBridge-Release"] = "v-of-my-own";
            response.Headers["x-chainbridge-slot"] = new(["red", "yellow"]);
            return name;
        });
        app.MapGet("/held", async (HttpContext context) =>
        {
            await release._goOn.Task.WaitAsync(context.RequestAborted);
            return name;
        });
        app.MapGet("/stream", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await SayAsync(context, $"data: {name} begins\n\n");
            await release._goOn.Task.WaitAsync(context.RequestAborted);
            await SayAsync(context, $"data: {name} ends\n\n");
        });
        app.MapGet("/breaks", async (HttpContext context) =>
        {
            await SayAsync(context, "half");
            await release._goOn.Task.WaitAsync(context.RequestAborted);
            context.Abort();
        });
        app.MapGet("/dies", (HttpContext context) => context.Abort());
        app.Map("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[64];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var answer = $"{name} heard {Encoding.UTF8.GetString(buffer, 0, received.Count)}";
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, context.RequestAborted);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        app.MapFallback((HttpRequest request) => $"{name} {request.Path}");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return release;
    }

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _app.DisposeAsync();
    }

    private static async Task SayAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }
}
