using ChainBridge.Machine;
using Xunit.Sdk;

namespace ChainBridge.Tests.Unit.Engine;

/// <summary>Waits for conditions, with a deadline that a busy machine meets.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(
        string what, Func<bool> condition, CancellationToken cancellationToken, Func<string>? evidence = null, TimeSpan? deadline = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        var longest = deadline ?? TimeSpan.FromSeconds(60);
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > longest)
                throw new XunitException($"waited {longest.TotalSeconds:0} s until {what}; {evidence?.Invoke()}");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>How many processes have this among their arguments; zombies have none.</summary>
    public static int Running(string argument) => ProcessTable.Read().Count(process => Arguments(process.Identity.Id).Contains(argument));

    private static string[] Arguments(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
