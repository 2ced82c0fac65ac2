using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>Gives every request an id, taken from the caller or made here; it is in every log line and in the answer.</summary>
public sealed class CorrelationMiddleware(RequestDelegate next, ILogger<CorrelationMiddleware> logger)
{
    /// <summary>The header that carries the id between services.</summary>
    public const string Header = "X-Correlation-Id";

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        // A caller's id goes into logs and headers: nothing long, nothing with line breaks.
        var id = given.Length is > 0 and <= 64 && given.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? given
            : Guid.NewGuid().ToString("N");
        context.Items[Header] = id;
        context.Response.Headers[Header] = id;
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["correlation_id"] = id });
        await next(context);
        if (!context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/metrics"))
            logger.LogInformation("{Method} {Path} answered {Status}", context.Request.Method, context.Request.Path,
                context.Response.StatusCode);
    }
}

/// <summary>Hands the id of the request being served on to the services asked for it.</summary>
public sealed class CorrelationHandler(IHttpContextAccessor accessor) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (accessor.HttpContext?.Items[CorrelationMiddleware.Header] is string id)
            request.Headers.TryAddWithoutValidation(CorrelationMiddleware.Header, id);
        return base.SendAsync(request, cancellationToken);
    }
}
