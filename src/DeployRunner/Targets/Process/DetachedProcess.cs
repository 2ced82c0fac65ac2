using System.Diagnostics;
using System.Globalization;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>A process that outlives the runner, known by its id and its start, so that a reused id is not taken for it.</summary>
internal sealed record DetachedProcess(int Id, string Start)
{
    private const string Script = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";

    /// <summary>Starts it in a session of its own; its output goes to the log file.</summary>
    public static DetachedProcess Launch(IEnumerable<string> command, string folder, string log, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, "sh", log, .. command]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        return new(process.Id, StartOf(process.Id) ?? "ended");
    }

    /// <summary>Whether it still runs.</summary>
    public bool Running => StartOf(Id) == Start && Start != "ended";

    /// <summary>Asks it to end and, after the time given, ends it; done when it is gone.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        if (Running) await SignalAsync("TERM", cancellationToken);
        while (Running)
        {
            if (time.GetElapsedTime(began) > grace) await SignalAsync("KILL", cancellationToken);
            if (time.GetElapsedTime(began) > grace + TimeSpan.FromSeconds(10)) throw new RunnerException(ExitCode.PersonNeeded, $"process {Id} does not end, even when killed", $"look at it: ps -p {Id}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Field 22 of /proc/ID/stat, counted after the name, which may hold spaces; null for a process that is gone or a zombie.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
