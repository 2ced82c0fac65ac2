using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace ChainBridge.DeployRunner.Releases;

/// <summary>Asks the git program.</summary>
public sealed class GitInfo : IGitInfo
{
    /// <inheritdoc />
    public async Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var commit = await GitAsync(folder, ["rev-parse", "HEAD"], cancellationToken);
        var changes = await GitAsync(folder, ["status", "--porcelain"], cancellationToken);
        return new GitState(commit.Trim(), changes.Length > 0);
    }

    private static async Task<string> GitAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await CliWrap.Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(folder)
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
            if (result.ExitCode == 0) return result.StandardOutput;
            throw new RunnerException(ExitCode.PreflightRefused,
                $"git {string.Join(' ', arguments)} in {folder} ended with {result.ExitCode}: {result.StandardError.Trim()}",
                "run inside a git clone with at least one commit, or name the release with --version");
        }
        catch (Win32Exception missing)
        {
            throw new RunnerException(ExitCode.PreflightRefused, $"git could not be started: {missing.Message}", "install git, or name the release with --version", missing);
        }
    }
}
