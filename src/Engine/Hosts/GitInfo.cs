using System.Globalization;
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
        var made = await executor.RunAsync(GitCommands.CommitTime(folder), null, cancellationToken);
        var origin = await executor.RunAsync(GitCommands.Origin(folder), null, cancellationToken);
        return new GitState(commit.Trim(), changes.Length > 0)
        {
            CommittedAt = made.Succeeded && DateTimeOffset.TryParse(made.Output.Trim(), CultureInfo.InvariantCulture, out var time)
                ? time
                : null,
            Repository = origin.Succeeded ? Readable(origin.Output.Trim()) : null,
        };
    }

    /// <summary>
    /// The address of a remote as people open it: <c>git@host:owner/name.git</c> and <c>ssh://git@host/owner/name</c> become
    /// <c>https://host/owner/name</c>. A login in it is left out; a folder is none.
    /// </summary>
    internal static Uri? Readable(string remote)
    {
        var address = remote.IndexOf("://", StringComparison.Ordinal) < 0 && remote.IndexOf(':', StringComparison.Ordinal) is > 1 and var at
            && !remote[..at].Contains('/', StringComparison.Ordinal)
            ? $"ssh://{remote[..at]}/{remote[(at + 1)..]}"
            : remote;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "ssh" or "git")
            || uri.Host.Length == 0) return null;
        var port = uri.Scheme is "http" or "https" && !uri.IsDefaultPort ? $":{uri.Port.ToString(CultureInfo.InvariantCulture)}" : "";
        var path = uri.AbsolutePath.TrimEnd('/');
        return new($"{(uri.Scheme == "http" ? "http" : "https")}://{uri.Host}{port}"
            + (path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path));
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
