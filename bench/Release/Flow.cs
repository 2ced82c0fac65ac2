using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ChainBridge.Bench.Release;

/// <summary>One run of the runner: how long it took, what its own process needed of the processor, and when its steps ended.</summary>
internal sealed record Flow(TimeSpan Took, TimeSpan Cpu, IReadOnlyList<EndedStep> Steps)
{
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>When all traffic went to another slot.</summary>
    public IEnumerable<DateTimeOffset> Switches => Steps.Where(step => step.Name == "switch").Select(step => step.At);

    /// <summary>Runs the runner; its exit code must be the one expected.</summary>
    public static async Task<Flow> RunAsync(ProcessStartInfo start, int expected, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var (steps, lines, cpu) = (new List<EndedStep>(), new List<string>(), TimeSpan.Zero);
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                lines.Add(line);
                cpu = CpuOf(process.Id) is var now && now > cpu ? now : cpu;
                if (EndedStep.Of(line) is { } step) steps.Add(step);
            }

            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == expected
                ? new(Stopwatch.GetElapsedTime(began), cpu, steps)
                : throw new InvalidOperationException($"the runner ended with {process.ExitCode}, not {expected}:\n"
                    + $"{string.Join('\n', lines.TakeLast(20))}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Of the process alone, without its children; zero once it has ended.</summary>
    private static TimeSpan CpuOf(int process)
    {
        try
        {
            // After the name, which is in parentheses and may hold anything; the 12th and 13th of what follows are its times.
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return TimeSpan.FromSeconds((Number(11) + Number(12)) / TicksPerSecond);
            double Number(int at) => double.Parse(fields[at], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return TimeSpan.Zero;
        }
    }
}

/// <summary>A step of a run, as the runner reports it.</summary>
internal sealed record EndedStep(string Name, DateTimeOffset At, bool Failed)
{
    public static EndedStep? Of(string line)
    {
        using var json = JsonDocument.Parse(line);
        var one = json.RootElement;
        return one.GetProperty("event").GetString() != "step-ended" ? null : new(one.GetProperty("step").GetString()!,
            one.GetProperty("at").GetDateTimeOffset(), one.GetProperty("outcome").GetString() == "failed");
    }
}
