namespace ChainBridge.Engine.Manifest;

/// <summary>What must be so before a deployment begins.</summary>
public sealed record PreflightSpec
{
    /// <summary>What <c>doctor</c> wants of memory where the manifest names no limit: 256 MB.</summary>
    internal const long UsualMemory = 256_000_000;

    /// <summary>The values where the manifest sets none.</summary>
    public static PreflightSpec Default { get; } = new();

    /// <summary>
    /// The manifest has a section for it: then the tree must be clean where it is about commits, and versions are compared.
    /// </summary>
    public bool Configured { get; init; }

    /// <summary>The branches that are deployed; empty for any.</summary>
    public IReadOnlyList<string> Branches { get; init; } = [];

    /// <summary>What is asked of GitHub; null for nothing.</summary>
    public GitHubChecks? GitHub { get; init; }

    /// <summary>Bytes free on the host, for state and engine. Default 1 GB.</summary>
    public long Disk { get; init; } = 1_000_000_000;

    /// <summary>Bytes of memory available on the host; null for any number.</summary>
    public long? Memory { get; init; }

    /// <summary>How far the host's clock may be off. Default 60 s.</summary>
    public TimeSpan Clock { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>A repository on GitHub, and what is asked of it.</summary>
/// <param name="Owner">The first half of <c>owner/name</c>.</param>
/// <param name="Api">Where its API is. Default <c>https://api.github.com</c></param>
/// <param name="Token">The variable that holds the token, itself or as <c>NAME_FILE</c>; null to ask without one.</param>
/// <param name="Checks">Checks that must have passed, by name; empty for all that there are.</param>
/// <param name="BlockingLabel">No issue with this label may be open; null to ask for none.</param>
public sealed record GitHubChecks(
    string Owner, string Name, Uri Api, string? Token, IReadOnlyList<string> Checks, string? BlockingLabel);
