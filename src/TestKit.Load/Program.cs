using System.Runtime.InteropServices;

namespace ChainBridge.TestKit.Load;

/// <summary>The library run as a program: one generator, which hears its plan on standard input.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["generate"])
        {
            // Streams of our own: the console's readers read their lines on the thread that asks, and hold it until one comes.
            using var from = new StreamReader(Console.OpenStandardInput());
            await using var to = new StreamWriter(Console.OpenStandardOutput());
            // The output is for what the run reads: what a scenario prints goes where errors go.
            Console.SetOut(Console.Error);
            // A terminal sends Ctrl-C, and what ends a service or a CI job SIGTERM, to every process of it: the run has got it too, and
            // ends this one in order. Where the run is gone, its input ends.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
            return await new GeneratorHost(from, to, TimeProvider.System).ServeAsync(CancellationToken.None);
        }

        await Console.Error.WriteLineAsync("This is a library; the command line is the tool chainbridge-load.");
        return 2;
    }
}
