using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ChainBridge.Edge;

/// <summary>
/// Adds the headers that name the door the request came through: X-Forwarded-For, -Host and -Proto, ours instead of the caller's.
/// <c>Host</c> goes on as the caller sent it: a service that filters host names, or makes links of them, needs the public one.
/// Stamps the answer with the release that gave it; headers of those names from the release itself are dropped.
/// </summary>
internal sealed class DoorTransformer(FrontDoor door, Visit visit) : HttpTransformer
{
    /// <summary>The release that answered; absent when the edge answered itself, or does not know the release in the slot.</summary>
    public const string ReleaseHeader = "X-ChainBridge-Release";

    /// <summary>The slot the request went to.</summary>
    public const string SlotHeader = "X-ChainBridge-Slot";

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

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var goesOn = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null) return goesOn;
        door.Answered(visit);
        visit.Status = (int)proxyResponse.StatusCode;
        visit.Lasting = visit.Status == StatusCodes.Status101SwitchingProtocols
            || httpContext.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
        // An empty value takes the release's own header away.
        httpContext.Response.Headers[ReleaseHeader] = visit.To!.Version;
        httpContext.Response.Headers[SlotHeader] = visit.To.Slot;
        return goesOn;
    }

    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        visit.Whole = true;
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers) return;
        trailers.Remove(ReleaseHeader);
        trailers.Remove(SlotHeader);
    }
}
