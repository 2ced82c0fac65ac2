using Yarp.ReverseProxy.Transforms;

namespace ChainBridge.Samples.Gateway;

/// <summary>Rewrites the address of something new so that it leads back through the door the caller came by.</summary>
public static class PublicLocation
{
    /// <summary>Turns ChainPay's <c>/payment_intents/…</c> into an absolute address under <c>/api/chainpay</c>.</summary>
    public static ValueTask Apply(ResponseTransformContext context)
    {
        var location = context.HttpContext.Response.Headers.Location.ToString();
        if (location.Length == 0 || location[0] != '/') return ValueTask.CompletedTask;
        // Scheme and host are the caller's: the forwarded-headers middleware put them there.
        var request = context.HttpContext.Request;
        context.HttpContext.Response.Headers.Location = $"{request.Scheme}://{request.Host}/api/chainpay{location}";
        return ValueTask.CompletedTask;
    }
}
