using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Steps;

/// <summary>The size of what was built, beside what the release before has of it.</summary>
public static class ArtifactSize
{
    /// <summary>A change of less than this is none.</summary>
    private const long Least = 100_000;

    /// <summary>E.g. <c>212 MB, 3.1 MB more than staging-20261126-1a2b3c4</c>.</summary>
    /// <param name="before">Of the release before; null where it has none.</param>
    public static string Words(Artifact artifact, Artifact? before, string? version)
    {
        var size = Quantities.Words(artifact.Bytes);
        if (before is not { Bytes: > 0 } || version is null) return size;
        var more = artifact.Bytes - before.Bytes;
        return Math.Abs(more) < Least
            ? $"{size}, as in {version}"
            : $"{size}, {Quantities.Words(Math.Abs(more))} {(more > 0 ? "more" : "less")} than in {version}";
    }
}
