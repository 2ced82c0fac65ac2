using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>Tells the release which door the request came through: X-Forwarded-For, -Host and -Proto, ours instead of the caller's.</summary>
internal sealed class DoorTransformer : HttpTransformer
{
    public static DoorTransformer Instance { get; } = new();

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Host = null;
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
