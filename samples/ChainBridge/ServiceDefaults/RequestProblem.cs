using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>A request that cannot be served as asked; becomes problem details (RFC 9457).</summary>
/// <param name="status">The HTTP status of the answer.</param>
/// <param name="title">What is wrong, for a caller.</param>
/// <param name="retryAfter">When asking again makes sense; null when it does not.</param>
public sealed class RequestProblemException(int status, string title, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(title, inner)
{
    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>When asking again makes sense.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Writes the problem details.</summary>
public sealed class RequestProblemHandler(IProblemDetailsService problems) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, retryAfter) = exception switch
        {
            RequestProblemException problem => (problem.Status, problem.Message, problem.RetryAfter),
            BadHttpRequestException malformed =>
                (StatusCodes.Status422UnprocessableEntity, malformed.InnerException?.Message ?? malformed.Message, null),
            _ => (0, "", (TimeSpan?)null),
        };
        if (status == 0) return false;
        httpContext.Response.StatusCode = status;
        if (retryAfter is { } wait) httpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString();
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = { Status = status, Title = title } });
    }
}
