using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>A server on loopback that writes down what it gets.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Lock _gate = new();
    private readonly List<Got> _got = [];

    private Receiver(WebApplication server) => _server = server;

    public Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Everything so far, in order.</summary>
    public IReadOnlyList<Got> Requests
    {
        get
        {
            lock (_gate) return [.. _got];
        }
    }

    /// <param name="answer">Answers the request with this number, from 1; null for 200.</param>
    public static async Task<Receiver> StartAsync(CancellationToken stop, Func<HttpContext, int, Got, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var receiver = new Receiver(server);
        server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var headers = context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var got = new Got(context.Request.Method, context.Request.Path + context.Request.QueryString, body.ToArray(), headers);
            int number;
            lock (receiver._gate)
            {
                receiver._got.Add(got);
                number = receiver._got.Count;
            }

            if (answer is not null) await answer(context, number, got);
        });
        await server.StartAsync(stop);
        return receiver;
    }

    /// <summary>Answers so until the end of the request.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }
}

/// <summary>A request.</summary>
internal sealed record Got(string Method, string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
