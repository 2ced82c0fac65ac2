using ChainBridge.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Bench.TestKit;

/// <summary>Services started 64 at once, 100 times over: how many could not have their port.</summary>
internal static class ServicePortsRow
{
    private const int AtOnce = 64;
    private const int Rounds = 100;

    /// <summary>Counts starts that failed, for whatever reason; the first is said.</summary>
    public static async Task<Row> MeasureAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var services = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => StartAsync()));
            await Task.WhenAll(services.OfType<ServiceUnderTest>().Select(service => service.DisposeAsync().AsTask()));
        }

        return new($"services started {AtOnce} at once, {Rounds} times: failures", "", failures, null, null, "0", failures == 0, Rounds);

        async Task<ServiceUnderTest?> StartAsync()
        {
            try
            {
                var builder = WebApplication.CreateEmptyBuilder(new());
                builder.WebHost.UseKestrelCore();
                builder.Services.AddRoutingCore();
                builder.Logging.ClearProviders();
                var app = builder.Build();
                app.MapGet("/health", () => "well");
                return await ServiceHost.InProcessAsync("tiny", app, TimeProvider.System, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                if (Interlocked.Increment(ref failures) == 1)
                    await Console.Error.WriteLineAsync($"bench: the first failed start: {failure}");
                return null;
            }
        }
    }
}
