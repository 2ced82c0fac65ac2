using System.Net.WebSockets;
using System.Text;

namespace Tiny;

/// <summary>Answers that take their time: a long one, events, and a WebSocket.</summary>
internal static class Lasting
{
    public static void Map(WebApplication front, Release release)
    {
        front.UseWebSockets();
        front.MapGet("/lines/{count:int}", async (HttpContext context, int count, CancellationToken stop) =>
        {
            for (var number = 1; number <= count; number++)
            {
                await SayAsync(context, $"{number} of {release.Version}\n", stop);
                await Task.Delay(TimeSpan.FromMilliseconds(25), stop);
            }
        });
        front.MapGet("/events", async (HttpContext context, CancellationToken stop) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var number = 1; ; number++)
            {
                await SayAsync(context, $"data: {number} of {release.Version}\n\n", stop);
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        });
        front.Map("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket, release.Version, front.Lifetime.ApplicationStopping);
        });
    }

    /// <summary>Until the caller closes it; asked to stop, it says so and waits for the caller's own closing.</summary>
    private static async Task EchoAsync(WebSocket socket, string version, CancellationToken stopping)
    {
        var buffer = new byte[256];
        var stopped = Task.Delay(Timeout.Infinite, stopping);
        while (true)
        {
            var receiving = socket.ReceiveAsync(buffer, CancellationToken.None);
            if (socket.State == WebSocketState.Open && await Task.WhenAny(receiving, stopped) == stopped)
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "this release ends", CancellationToken.None);
            var received = await receiving;
            if (received.MessageType == WebSocketMessageType.Close) break;
            if (socket.State != WebSocketState.Open) continue;
            var answer = $"{version} heard {Encoding.UTF8.GetString(buffer, 0, received.Count)}";
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, CancellationToken.None);
        }

        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static async Task SayAsync(HttpContext context, string text, CancellationToken stop)
    {
        await context.Response.WriteAsync(text, stop);
        await context.Response.Body.FlushAsync(stop);
    }
}
