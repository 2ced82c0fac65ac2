namespace ChainBridge.Engine.Manifest;

/// <summary>One thing wrong with a manifest, and where.</summary>
/// <param name="File">The path as it was given.</param>
/// <param name="Line">From 1; 0 when the file itself is the problem.</param>
/// <param name="Column">From 1.</param>
/// <param name="Hint">What to write instead; never empty.</param>
public sealed record ManifestProblem(string File, int Line, int Column, string Message, string Hint)
{
    /// <summary>The environment variable that is not set, when that is the problem; else null.</summary>
    public string? MissingVariable { get; init; }

    /// <inheritdoc />
    public override string ToString() => Line == 0
        ? $"{File}: {Message} ({Hint})"
        : $"{File}:{Line}:{Column}: {Message} ({Hint})";
}

/// <summary>What reading a manifest gave: the manifest, or every problem it has.</summary>
public sealed record ManifestReading(DeploymentManifest? Manifest, IReadOnlyList<ManifestProblem> Problems)
{
    /// <summary>Every key that was asked for, there or not; the schema has the same ones.</summary>
    internal IReadOnlySet<string> Asked { get; init; } = new HashSet<string>();
}
