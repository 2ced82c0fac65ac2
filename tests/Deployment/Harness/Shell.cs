using CliWrap;
using CliWrap.Buffered;

namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Runs what a scenario needs beside the runner: git, a publish, docker.</summary>
public static class Shell
{
    /// <summary>Returns its output; throws with its output when it fails.</summary>
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params string[] command)
    {
        var result = await TryAsync(folder, cancellationToken, command);
        return result.ExitCode == 0
            ? result.StandardOutput.Trim()
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)} in {folder} ended with {result.ExitCode}:\n{result.StandardOutput}{result.StandardError}");
    }

    public static async Task<BufferedCommandResult> TryAsync(string folder, CancellationToken cancellationToken, params string[] command) =>
        await Cli.Wrap(command[0]).WithArguments(command[1..]).WithWorkingDirectory(folder)
            .WithEnvironmentVariables(CompilerServer.Variables)
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
}
