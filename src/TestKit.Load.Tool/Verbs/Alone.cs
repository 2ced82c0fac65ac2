using System.CommandLine;
using ChainBridge.Machine;

namespace ChainBridge.TestKit.Load.Tool.Verbs;

/// <summary>One load of a machine at a time, of this tool and of tests: two beside each other measure each other.</summary>
internal static class Alone
{
    /// <summary>The file that <c>PerformanceTest</c> holds too.</summary>
    public const string File = "chainbridge-load.lock";

    private const int Usual = 600;

    /// <summary>Less than the default budget of a smoke gate: a command that is stopped there cannot say what it waited for.</summary>
    private const int InGate = 30;

    /// <summary>How long another load is waited for.</summary>
    public static Option<int?> Option() => new("--wait")
    {
        Description = $"How many seconds another load of this machine is waited for; 0 to run beside it. Default: {Usual}; in a gate "
            + $"{InGate}. Not used with --agents: an agent makes one load at a time.",
    };

    /// <summary>Runs a load while no other one of the machine does. One that cannot is inconclusive.</summary>
    /// <param name="wait">How many seconds another is waited for; zero to run beside it; null for the default.</param>
    public static Task<LoadResult> RunAsync(LoadPlan plan, int? wait, Surroundings surroundings, Func<Task<LoadResult>> run,
        CancellationToken cancellationToken) => RunAsync(plan, wait, surroundings, run,
            busy => LoadTest.Judge(plan, new() { StartedAt = surroundings.Time.GetUtcNow(), Broken = busy }), cancellationToken);

    /// <inheritdoc cref="RunAsync(LoadPlan, int?, Surroundings, Func{Task{LoadResult}}, CancellationToken)"/>
    /// <param name="busy">What it ends with when another load goes on, from the reason.</param>
    public static async Task<T> RunAsync<T>(LoadPlan plan, int? wait, Surroundings surroundings, Func<Task<T>> run, Func<string, T> busy,
        CancellationToken cancellationToken)
    {
        if (plan.Agents > 0) return await run();
        var longest = TimeSpan.FromSeconds(wait ?? (DeploymentGate.IsAround(surroundings) ? InGate : Usual));
        var path = Path.Combine(surroundings.Variable("TMPDIR") ?? Path.GetTempPath(), File);
        IAsyncDisposable? held;
        try
        {
            held = longest <= TimeSpan.Zero ? null : await FileLock.TakeAsync(path, longest, surroundings.Time, () =>
                surroundings.Errors.WriteLine($"{plan.Name}: waits for another load of this machine to end, which holds {path} (for at "
                    + $"most {longest.TotalSeconds:0} s)"), cancellationToken);
        }
        catch (TimeoutException)
        {
            return busy($"another load of this machine still holds {path} after {longest.TotalSeconds:0} s: run it alone, wait longer with "
                + "--wait, or run it beside the other with --wait 0");
        }
        catch (UnauthorizedAccessException foreign)
        {
            await surroundings.Errors.WriteLineAsync($"{plan.Name}: whether another load runs cannot be seen: {foreign.Message}");
            held = null;
        }

        await using (held) return await run();
    }
}
