using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChainBridge.TestKit;

/// <summary>A clock of the test's own in a service.</summary>
public static class ServiceTime
{
    /// <summary>
    /// Makes this the service's clock, in place of every <see cref="TimeProvider"/> registered so far. For a <c>WebApplicationBuilder</c>
    /// or a <c>WebApplicationFactory</c>; programs started by <c>ServiceHost</c> get theirs by <see cref="InProcessOptions.Time"/>.
    /// </summary>
    public static IServiceCollection UseTime(this IServiceCollection services, TimeProvider time)
    {
        services.RemoveAll<TimeProvider>();
        return services.AddSingleton(time);
    }
}
