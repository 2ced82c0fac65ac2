using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Checks;

/// <summary>The manifest is right, but for variables that are not set: those are <see cref="VariablesCheck"/>'s.</summary>
internal sealed class ManifestCheck(ManifestReading reading) : ICheck
{
    public Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var problems = reading.Problems.Where(problem => problem.MissingVariable is null).ToList();
        return Task.FromResult(problems.Count == 0
            ? CheckResult.Ok(reading.Manifest?.Path ?? "right as far as it can be read")
            : CheckResult.Problem(string.Join("; ", problems), "correct it; deployrunner validate checks again", Failure.Usage));
    }
}

/// <summary>The variables that the manifest takes from the environment are set.</summary>
internal sealed class VariablesCheck(ManifestReading reading) : ICheck
{
    public Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var missing = reading.Problems.Where(problem => problem.MissingVariable is not null).ToList();
        return Task.FromResult(missing.Count == 0
            ? CheckResult.Ok("every variable that the manifest names is set or has a default")
            : CheckResult.Problem(string.Join("; ", missing.Select(problem => $"{problem.MissingVariable} is not set "
                + $"({problem.File}:{problem.Line}:{problem.Column})")), "set them in the environment of the runner, or give each a "
                + "default: ${NAME:-default}", Failure.Usage));
    }
}
