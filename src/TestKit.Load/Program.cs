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
            return await new GeneratorHost(from, to, TimeProvider.System).ServeAsync(CancellationToken.None);
        }

        await Console.Error.WriteLineAsync("This is a library; the command line is the tool chainbridge-load.");
        return 2;
    }
}
