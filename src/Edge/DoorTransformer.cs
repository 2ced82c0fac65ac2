using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>
/// Tells the release which door the request came through: X-Forwarded-For, -Host and -Proto, ours instead of the caller's.
/// <c>Host</c> goes on as the caller sent it: a service that filters host names, or makes links of them, needs the public one.
/// </summary>
internal sealed class DoorTransformer : HttpTransformer
{
    public static DoorTransformer Instance { get; } = new();

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        Set("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Set("X-Forwarded-Host", httpContext.Request.Host.Value);
        Set("X-Forwarded-Proto", httpContext.Request.Scheme);

        void Set(string name, string? value)
        {
            proxyRequest.Headers.Remove(name);
            if (value is not null) proxyRequest.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
