namespace ChainBridge.Engine.Checks;

/// <summary>The target names no reason not to start.</summary>
/// <param name="reasons">Each with what to do.</param>
/// <param name="none">The evidence when there is none.</param>
internal sealed class ReasonsCheck(Func<CancellationToken, Task<IEnumerable<string>>> reasons, string none) : ICheck
{
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var found = (await reasons(cancellationToken)).ToList();
        return found.Count == 0
            ? CheckResult.Ok(none)
            : CheckResult.Problem(string.Join("; ", found), "put it in order: a deploy does not begin before");
    }
}
