using ChainBridge.Engine.Steps;

namespace ChainBridge.Engine.Strategies;

/// <summary>
/// What a command does, as a list of steps with one point of no return, <see cref="Commit"/>: before it the way back
/// undoes them from the end.
/// </summary>
/// <param name="Verb">The command, as the journal names it.</param>
/// <param name="Before">Steps that change nothing of the environment; they come before its lock is taken.</param>
/// <param name="Steps">Steps under the lock.</param>
/// <param name="Waits">The plan ends with a candidate that waits for a person.</param>
/// <param name="TakesOver">What a dead runner left is put in order first, and whether the current release lives is asked.</param>
/// <param name="Resumes">Steps at its begin whose effect is there already are left out.</param>
internal sealed record Plan(
    string Verb, IReadOnlyList<Step> Before, IReadOnlyList<Step> Steps, bool Waits = false, bool TakesOver = true, bool Resumes = false)
{
    /// <summary>What was left out by command.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The names of the steps under the lock, for the journal.</summary>
    public IReadOnlyList<string> Names => [.. Steps.Select(step => step.Name)];
}
