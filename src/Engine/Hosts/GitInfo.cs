using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts;

/// <summary>Asks the git program.</summary>
internal sealed class GitInfo(IExecutor executor) : IGitInfo
{
    /// <inheritdoc />
    public async Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var commit = await AskAsync(GitCommands.Head(folder), cancellationToken);
        var changes = await AskAsync(GitCommands.Changes(folder), cancellationToken);
        return new GitState(commit.Trim(), changes.Length > 0);
    }

    private async Task<string> AskAsync(Command command, CancellationToken cancellationToken) =>
        (await executor.RunAsync(command, null, cancellationToken))
            .MustSucceed(Failure.Refused, "run inside a git clone with at least one commit").Output;
}
