using System.CommandLine;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>One load of a machine at a time, of this tool and of tests: two beside each other measure each other.</summary>
internal static class Alone
{
    /// <summary>The file that <c>PerformanceTest</c> holds too.</summary>
    public const string File = "chainbridge-load.lock";

    /// <summary>How long another load is waited for.</summary>
    public static Option<int> Option() => new("--wait")
    {
        Description = "How many seconds another load of this machine is waited for; 0 to run beside it.", DefaultValueFactory = _ => 600,
    };

    /// <summary>Holds the machine until what is returned is disposed.</summary>
    /// <param name="longest">How long another is waited for; zero to hold nothing.</param>
    /// <exception cref="LoadPlanException">Another load goes on for longer.</exception>
    public static async Task<IAsyncDisposable?> TakeAsync(
        string plan, TimeSpan longest, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (longest <= TimeSpan.Zero) return null;
        var path = Path.Combine(surroundings.Variable("TMPDIR") ?? Path.GetTempPath(), File);
        try
        {
            return await FileLock.TakeAsync(path, longest, surroundings.Time, () => surroundings.Errors.WriteLine(
                $"{plan}: waits for another load of this machine to end, which holds {path} (for at most {longest.TotalSeconds:0} s)"),
                cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new LoadPlanException($"another load of this machine still holds {path} after {longest.TotalSeconds:0} s: run it alone, "
                + "or beside the other with --wait 0");
        }
        catch (UnauthorizedAccessException foreign)
        {
            await surroundings.Errors.WriteLineAsync($"{plan}: whether another load runs cannot be seen: {foreign.Message}");
            return null;
        }
    }
}
