using System.Diagnostics;

namespace ChainBridge.TestKit.Assertions;

/// <summary>The release that runs while, and after, the new one migrates the database under it.</summary>
/// <param name="Name">For people: its version.</param>
/// <param name="NewestStep">Number of the newest migration it knows.</param>
/// <param name="StartAsync">
/// Starts its build on the database; the service is disposed afterwards. A release at a base URL is <see cref="ServiceHost.At"/>.
/// </param>
/// <param name="SmokeAsync">Its smoke tests; throw when it does not work.</param>
public sealed record PreviousRelease(
    string Name,
    int NewestStep,
    Func<DatabaseLease, CancellationToken, Task<ServiceUnderTest>> StartAsync,
    Func<ServiceUnderTest, CancellationToken, Task> SmokeAsync)
{
    /// <summary>How long its start and its smoke tests may take together, each of the two times. Default: 2 min.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Smoke tests that are a program: it gets the service's address as <c>CHAINBRIDGE_BASE_URL</c>, and must end with
    /// 0 within the deadline. Its last 50 lines are in the failure; it is killed with its children when it is late.
    /// </summary>
    /// <param name="deadline">Default: 60 s.</param>
    public static Func<ServiceUnderTest, CancellationToken, Task> Executable(IReadOnlyList<string> command, TimeSpan? deadline = null) =>
        async (service, cancellationToken) =>
        {
            var limit = deadline ?? TimeSpan.FromSeconds(60);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(limit);
            var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["CHAINBRIDGE_BASE_URL"] = service.BaseAddress.ToString();
            using var process = new Process { StartInfo = start };
            var lines = new LinkedList<string>();
            process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
            process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"'{string.Join(' ', command)}' had not ended after {Text.Span(limit)}; it printed:\n{Output(lines)}");
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }

            if (process.ExitCode != 0)
                throw new InvalidOperationException(
                    $"'{string.Join(' ', command)}' ended with {process.ExitCode}; it printed:\n{Output(lines)}");
        };

    private static void Keep(LinkedList<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.AddLast(line);
            if (lines.Count > 50) lines.RemoveFirst();
        }
    }

    private static string Output(LinkedList<string> lines)
    {
        lock (lines) return lines.Count == 0 ? "nothing" : string.Join('\n', lines);
    }
}
