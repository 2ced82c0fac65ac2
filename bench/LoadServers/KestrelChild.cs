using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Bench.LoadServers;

/// <summary>A "hello" on Kestrel over HTTP/1.1, over TLS, and over HTTP/2; serves until it is ended.</summary>
internal static class KestrelChild
{
    public const string Name = "load-kestrel";

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var certificate = Certificates.Make();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            foreach (var protocol in new[] { HttpProtocols.Http1, HttpProtocols.Http2 })
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = protocol;
                    listen.UseHttps(certificate);
                });
        });
        await using var app = builder.Build();
        app.MapGet("/", () => "hello");
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        foreach (var (address, i) in addresses.Select((address, i) => (address, i))) Console.WriteLine($"{(Speech)i} {address}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
