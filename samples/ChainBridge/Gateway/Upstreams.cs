using ChainBridge.Samples.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace ChainBridge.Samples.Gateway;

/// <summary>The services behind the gateway and the paths they are reached by.</summary>
public static class Upstreams
{
    /// <summary>In the order the status names them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["chainiq", "chainpay"];

    /// <summary>Where a service is, from <c>ChainIQ__Url</c> and <c>ChainPay__Url</c>.</summary>
    public static Uri AddressOf(IConfiguration configuration, string name) => new(configuration[$"{name}:Url"] ?? $"http://{name}:8080");

    /// <summary>
    /// Adds the forwarding of <c>/iq/*</c> and <c>/api/chainpay/*</c>. Retries nothing: a payment is not ours to send twice.
    /// </summary>
    public static void AddForwarding(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [Route("chainiq", "/iq"), Route("chainpay", "/api/chainpay")],
                [.. Names.Select(name => new ClusterConfig
                {
                    ClusterId = name,
                    Destinations = new Dictionary<string, DestinationConfig>
                    {
                        [name] = new() { Address = AddressOf(builder.Configuration, name).ToString() }
                    },
                    HttpRequest = new() { ActivityTimeout = TimeSpan.FromSeconds(15) },
                })])
            .AddTransforms(context =>
            {
                context.AddRequestTransform(transform =>
                {
                    if (transform.HttpContext.Items[CorrelationMiddleware.Header] is string id)
                    {
                        transform.ProxyRequest.Headers.Remove(CorrelationMiddleware.Header);
                        transform.ProxyRequest.Headers.TryAddWithoutValidation(CorrelationMiddleware.Header, id);
                    }

                    return ValueTask.CompletedTask;
                });
                if (context.Route.RouteId == "chainpay") context.AddResponseTransform(PublicLocation.Apply);
                context.AddResponseTransform(transform =>
                {
                    // One id per answer, ours; the upstream's is the same one.
                    if (transform.HttpContext.Items[CorrelationMiddleware.Header] is string id)
                        transform.HttpContext.Response.Headers[CorrelationMiddleware.Header] = id;
                    return ValueTask.CompletedTask;
                });
            });
    }

    private static RouteConfig Route(string name, string prefix) => new()
    {
        RouteId = name,
        ClusterId = name,
        Match = new() { Path = $"{prefix}/{{**rest}}" },
        Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = prefix }],
    };
}
