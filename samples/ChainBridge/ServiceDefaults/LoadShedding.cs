using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChainBridge.Samples.ServiceDefaults;

/// <summary>
/// What comes beyond what a service can do is refused at once with 503 and when to ask again, instead of being served later and
/// later: who is served is served in time, and when the crowd has gone all is as before.
/// </summary>
public static class LoadShedding
{
    private const int RetryAfterSeconds = 1;

    /// <summary>
    /// At most <c>Limits__Concurrent</c> requests at once and <c>Limits__Queue</c> that wait. What asks how the service is, is
    /// never refused.
    /// </summary>
    public static void AddLoadShedding(this WebApplicationBuilder builder)
    {
        var limits = builder.Configuration.GetSection("Limits");
        var options = new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.GetValue("Concurrent", 200), QueueLimit = limits.GetValue("Queue", 200),
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limiter.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsWork(context.Request.Path)
                ? RateLimitPartition.GetConcurrencyLimiter(true, _ => options)
                : RateLimitPartition.GetNoLimiter(false));
        });
    }

    private static bool IsWork(PathString path) => path.Value is not ("/health" or "/version" or "/metrics");
}
