using System.Diagnostics;

namespace ChainBridge.Bench;

/// <summary>A measured child process: how long from its start to a line, to its end, and how much memory it took.</summary>
public static class Child
{
    /// <summary>
    /// Milliseconds from process start to the first line on stdout or stderr that <paramref name="isIt"/> accepts; then waits for its end.
    /// </summary>
    /// <exception cref="InvalidOperationException">The process ended without such a line, or the deadline of 5 minutes passed.</exception>
    public static async Task<double> UntilLineAsync(ProcessStartInfo start, Func<string, bool> isIt, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var found = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new List<string>();
        var watch = Stopwatch.StartNew();
        using var process = new Process { StartInfo = start };
        void Look(string? line)
        {
            if (line is null) return;
            lock (output) output.Add(line);
            if (isIt(line)) found.TrySetResult(watch.Elapsed.TotalMilliseconds);
        }

        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return found.Task.IsCompletedSuccessfully
            ? await found.Task
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode} "
                + $"before the line that was waited for:\n{string.Join('\n', output.TakeLast(20))}");
    }

    /// <summary>Seconds until the process ended with the code expected.</summary>
    public static async Task<double> UntilExitAsync(ProcessStartInfo start, int expected, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(10));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return process.ExitCode == expected
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}, "
                + $"not {expected}:\n{await output}\n{await errors}");
    }

    /// <summary>The most memory the process held at once, in MB (VmHWM of /proc, so Linux only); it must end with 0.</summary>
    public static async Task<double> PeakMegabytesAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var peak = 0.0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var deadline = Stopwatch.StartNew();
        try
        {
            while (!process.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(10))
            {
                peak = Math.Max(peak, HighWaterMark(process.Id));
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? peak
            : throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }

    private static double HighWaterMark(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                System.Globalization.CultureInfo.InvariantCulture) / 1000;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>A start with these arguments, as a list, in this folder, with these variables added.</summary>
    public static ProcessStartInfo Start(
        string folder, string file, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return start;
    }
}
