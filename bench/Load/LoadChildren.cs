using System.Diagnostics;
using System.Globalization;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Histograms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChainBridge.Bench.Load;

/// <summary>The processes of this set: a "hello" on Kestrel, one that stalls, and a recorder of ten million samples.</summary>
internal static class LoadChildren
{
    public const string Hello = "load-hello", Stalls = "load-stalls", Memory = "load-memory";

    /// <summary>Begins the line with the server's address.</summary>
    public const string Listening = "listening ";

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5), Stall = TimeSpan.FromMilliseconds(500);

    private const int Samples = 10_000_000, SamplesOfWindow = 5_000;

    public static Task<int> RunAsync(string name, CancellationToken cancellationToken) => name switch
    {
        Hello => ServeAsync(stalls: false, cancellationToken),
        Stalls => ServeAsync(stalls: true, cancellationToken),
        _ => Task.FromResult(Record()),
    };

    /// <summary>Serves until its standard input ends.</summary>
    private static async Task<int> ServeAsync(bool stalls, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var began = Stopwatch.GetTimestamp();
        if (stalls)
            app.MapGet("/", async () =>
            {
                // Who comes during a stall waits for its end.
                var into = TimeSpan.FromTicks(Stopwatch.GetElapsedTime(began).Ticks % Period.Ticks);
                if (into < Stall) await Task.Delay(Stall - into, cancellationToken);
                return "hello";
            });
        else app.MapGet("/", () => "hello");
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine(Listening + address);
        using var input = new StreamReader(Console.OpenStandardInput());
        await input.ReadToEndAsync(cancellationToken);
        await app.StopAsync(cancellationToken);
        return 0;
    }

    private static int Record()
    {
        // A window each second of 5,000/s, kept to its end as the engine keeps them.
        var (recorder, random, windows) = (new StepRecorder("all"), new Random(1), new List<StepWindow>());
        for (var i = 0; i < Samples; i++)
        {
            var latency = TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 14));
            recorder.Succeeded(latency, latency);
            if (i % SamplesOfWindow == 0) windows.Add(recorder.Collect());
        }

        windows.Add(recorder.Collect());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{windows.Sum(window => window.Latency.Count)} samples, p99 "
            + $"{recorder.Total.Latency.Percentile(99).TotalMilliseconds:0.0} ms"));
        return recorder.Total.Latency.Count == Samples ? 0 : 1;
    }
}
