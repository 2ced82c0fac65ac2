namespace ChainBridge.Engine.State;

/// <summary>Who holds a target.</summary>
/// <param name="Who">User.</param>
/// <param name="Host">Machine.</param>
/// <param name="ProcessId">Process on that machine.</param>
/// <param name="Why">The command.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Until">Free for others from then on, unless renewed.</param>
public sealed record LockHolder(string Who, string Host, int ProcessId, string Why, DateTimeOffset Since, long Token, DateTimeOffset Until)
{
    /// <summary>Where the process id means this process; null from an earlier runner, or where the system does not tell it.</summary>
    public string? Space { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Who} on {Host} (process {ProcessId}) for '{Why}' since {Since:u}, until {Until:u} unless renewed";
}
