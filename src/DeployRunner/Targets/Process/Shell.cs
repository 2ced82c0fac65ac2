using CliWrap;
using CliWrap.Buffered;

namespace ChainBridge.DeployRunner.Targets.Process;

/// <summary>Runs a short command to its end.</summary>
internal static class Shell
{
    /// <exception cref="RunnerException">It failed or took too long; has its last output.</exception>
    public static async Task<BufferedCommandResult> RunAsync(IReadOnlyList<string> command, string folder, TimeSpan timeout, ExitCode otherwise, CancellationToken cancellationToken, bool mayFail = false, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            var result = await CliWrap.Cli.Wrap(command[0]).WithArguments(command.Skip(1)).WithWorkingDirectory(folder)
                .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>()).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(deadline.Token);
            if (result.ExitCode == 0 || mayFail) return result;
            throw new RunnerException(otherwise, $"{string.Join(' ', command.Take(4))} … ended with exit code {result.ExitCode}:\n{Tail(result.StandardOutput + result.StandardError)}", "correct what it says, then try again");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RunnerException(otherwise, $"{string.Join(' ', command.Take(4))} … did not end within {timeout.TotalSeconds} s", "look for what it waits for");
        }
    }

    private static string Tail(string text) => string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20));
}
