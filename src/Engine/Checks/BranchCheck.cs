using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Checks;

/// <summary>What is deployed is on a branch that is deployed from.</summary>
/// <param name="folder">Of the clone.</param>
internal sealed class BranchCheck(IGitInfo git, string folder, IReadOnlyList<string> branches) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var here = await git.BranchesAsync(folder, cancellationToken);
        return here.FirstOrDefault(branches.Contains) is { } right
            ? CheckResult.Ok(right)
            : CheckResult.Problem((here.Count == 0 ? "the commit is the tip of no branch" : $"on {string.Join(", ", here)}")
                + $", and releases are made of {string.Join(" or ", branches)}", $"git switch {branches[0]}, or change preflight.branch");
    }
}

/// <summary>The clone has nothing that is in no commit: what was checked and reviewed is the commit.</summary>
/// <param name="folder">Of the clone.</param>
internal sealed class TreeCheck(IGitInfo git, string folder) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var state = await git.ReadAsync(folder, cancellationToken);
        return state.Dirty
            ? CheckResult.Problem($"there are changes that are not in commit {state.ShortSha}", "commit or stash them (git status)")
            : CheckResult.Ok($"clean at {state.ShortSha}");
    }
}
