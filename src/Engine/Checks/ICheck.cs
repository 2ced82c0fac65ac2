namespace ChainBridge.Engine.Checks;

/// <summary>Looks whether one thing is as a deployment needs it. Changes nothing.</summary>
public interface ICheck
{
    /// <summary>The result, still without its name. What is thrown becomes a result too (<see cref="Examination"/>).</summary>
    Task<CheckResult> AskAsync(CancellationToken cancellationToken);
}

/// <summary>A check with its name, its time, and what must have ended well before it.</summary>
/// <param name="Check">Makes the check when its turn comes: it may need what an earlier one opened.</param>
public sealed record Question(string Name, Func<ICheck> Check)
{
    /// <summary>Names of the checks without which it cannot be asked.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>After this long it could not be asked. Default 30 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);
}
