namespace ChainBridge.Engine.Gates;

/// <summary>What a gate looks at.</summary>
/// <param name="BaseUrl">Where the release answers; null for a gate that looks at the source tree.</param>
/// <param name="ExpectedVersion">Every answer must carry it; null when any version may answer.</param>
public sealed record GateSubject(Uri? BaseUrl, string? ExpectedVersion);
