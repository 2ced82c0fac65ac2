namespace ChainBridge.Engine.Gates;

/// <summary>What the commands of a gate can hold a candidate against before it is promoted.</summary>
/// <param name="Folder">The environment's own one on the runner's machine; a measure of a stable release can be kept there.</param>
/// <param name="AtDoor">The candidate is asked at the public doors; else at its own address.</param>
/// <param name="Version">The last stable release; null when there is none.</param>
/// <param name="Url">Where that release is asked now, in the way that the candidate is; null when it is not to be asked so.</param>
public sealed record Predecessor(string Folder, bool AtDoor, string? Version, Uri? Url)
{
    /// <summary>It serves and was to be asked, and its address could not be had.</summary>
    public bool IsUnreachable { get; init; }
}
