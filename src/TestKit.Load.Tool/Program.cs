using System.Runtime.InteropServices;
using ChainBridge.TestKit.Load.Tool;
using ChainBridge.TestKit.Load.Tool.Verbs;

using var interrupt = new CancellationTokenSource();
// The first signal asks for an orderly end, with what was measured until then.
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupt.Cancel();
}

using var control = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
return await EntryPoint.RunAsync(args, new Surroundings(Console.Out, Console.Error,
    !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
    Environment.GetEnvironmentVariable, TimeProvider.System), interrupt.Token);
