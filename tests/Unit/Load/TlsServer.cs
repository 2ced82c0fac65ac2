using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>
/// Kestrel with a certificate that no authority signed, over HTTP/1.1 and HTTP/2 as the client chooses in the handshake. It counts how
/// it was really spoken with.
/// </summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private TlsServer(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>How many requests came by each protocol and version of TLS.</summary>
    public ConcurrentDictionary<string, int> Asked { get; } = new();

    /// <summary>The connections on which they came.</summary>
    public ConcurrentDictionary<string, bool> Connections { get; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="status">What it answers to its n-th request, from 1.</param>
    public static async Task<TlsServer> StartAsync(Func<int, int> status, CancellationToken cancellationToken)
    {
        var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, door => door.UseHttps(certificate)));
        var server = new TlsServer(builder.Build(), certificate);
        var count = 0;
        server._app.Run(context =>
        {
            var tls = context.Features.Get<ITlsHandshakeFeature>()?.Protocol;
            server.Asked.AddOrUpdate($"{context.Request.Protocol} over {tls}", 1, (_, before) => before + 1);
            server.Connections[context.Connection.Id] = true;
            context.Response.StatusCode = status(Interlocked.Increment(ref count));
            return context.Response.WriteAsync("hello", context.RequestAborted);
        });
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a server of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
