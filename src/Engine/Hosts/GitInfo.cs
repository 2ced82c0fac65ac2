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

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> BranchesAsync(string folder, CancellationToken cancellationToken)
    {
        var branch = await executor.RunAsync(GitCommands.Branch(folder), null, cancellationToken);
        if (branch.Succeeded) return [branch.Output.Trim()];
        // Without the first part of a remote's branch, which is the remote's name.
        return [.. (await AskAsync(GitCommands.Tips(folder), cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Split('/', 4)).Select(parts => parts[1] == "heads" ? string.Join('/', parts[2..]) : parts[^1])
            .Distinct()];
    }

    private async Task<string> AskAsync(Command command, CancellationToken cancellationToken) =>
        (await executor.RunAsync(command, null, cancellationToken))
            .MustSucceed(Failure.Refused, "run inside a git clone with at least one commit").Output;
}
