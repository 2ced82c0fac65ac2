using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Notifications;

/// <summary>Asks git what changed from one release to another.</summary>
internal sealed class ChangeLog(IExecutor executor, string folder)
{
    private const int Most = 20;

    /// <param name="back">Whether the run goes back to the commit.</param>
    public async Task<Changes> ReadAsync(Release before, string commit, bool back, CancellationToken cancellationToken)
    {
        var known = new Changes(before.Version, back, [], More: false);
        if (before.Commit == commit) return known;
        if (!before.Commit.All(char.IsAsciiHexDigit) || !commit.All(char.IsAsciiHexDigit))
            return known with { Unknown = "the releases were not made from commits" };
        var (without, with) = back ? (commit, before.Commit) : (before.Commit, commit);
        var asked = await executor.RunAsync(GitCommands.Subjects(folder, without, with, Most + 1), null, cancellationToken);
        if (!asked.Succeeded) return known with { Unknown = "this clone has not both commits (a shallow one?)" };
        var lines = asked.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return known with { Commits = [.. lines.Take(Most)], More = lines.Length > Most };
    }
}
