using System.Runtime.InteropServices;
using System.Text.Json;
using ChainBridge.Traffic;

// Usage: ChainBridge.Traffic URL REPORT-FILE [REQUESTS-PER-SECOND]
// Sends requests at a steady rate until it gets SIGTERM, then writes its report and ends with 1 if any failed.
if (args.Length < 2 || !Uri.TryCreate(args[0], UriKind.Absolute, out var door))
{
    Console.Error.WriteLine("usage: ChainBridge.Traffic URL REPORT-FILE [REQUESTS-PER-SECOND]");
    return 2;
}

using var stop = new CancellationTokenSource();
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

// An hour is far beyond any deployment: a forgotten sender ends by itself.
stop.CancelAfter(TimeSpan.FromHours(1));
var rate = args.Length > 2 ? int.Parse(args[2]) : 20;
var report = await new Sender(door, rate, TimeProvider.System).RunAsync(stop.Token);
await File.WriteAllTextAsync(args[1], JsonSerializer.Serialize(report) + "\n");
return report.Failed == 0 && report.Sent > 0 ? 0 : 1;
