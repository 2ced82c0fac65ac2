using System.Text.RegularExpressions;

namespace ChainBridge.Engine.Manifest;

/// <summary>How the images of an environment are built: what buildx is told beside what each service says.</summary>
/// <param name="Name">One of <c>docker buildx ls</c>; null for the one in use.</param>
/// <param name="Platforms">E.g. <c>linux/amd64</c>; empty for the builder's own.</param>
/// <param name="CacheFrom">Where layers are looked for, as buildx writes it; <c>{service}</c> stands for the service's name.</param>
/// <param name="CacheTo">Where layers are kept, likewise.</param>
/// <param name="Sbom">Whether a list of what is in each image is attached to it.</param>
/// <param name="SbomGenerator">The image that makes that list; null for buildx's own.</param>
/// <param name="Provenance">How much of how an image was built is attached to it: <c>min</c> or <c>max</c>; null for nothing.</param>
public sealed partial record BuilderSpec(string? Name, IReadOnlyList<string> Platforms, IReadOnlyList<string> CacheFrom,
    IReadOnlyList<string> CacheTo, bool Sbom, string? SbomGenerator, string? Provenance)
{
    /// <summary>In a cache: the name of the service.</summary>
    public const string Service = "{service}";

    /// <summary>Something is attached to each image.</summary>
    public bool Attests => Sbom || Provenance is not null;

    /// <summary>What is built is an index of several parts, which an engine's own older store cannot hold.</summary>
    public bool MakesIndex => Attests || Platforms.Count > 1;

    /// <summary>These caches for one service.</summary>
    public static IReadOnlyList<string> For(string service, IReadOnlyList<string> caches) =>
        [.. caches.Select(cache => cache.Replace(Service, service, StringComparison.Ordinal))];

    internal static bool IsPlatform(string text) => Platform().IsMatch(text);

    [GeneratedRegex("^[a-z0-9]+/[a-z0-9_]+(/v[0-9]+)?$")]
    private static partial Regex Platform();
}

/// <summary>The key <c>build</c> of an environment.</summary>
internal static class BuilderReader
{
    /// <summary>Null where there is none.</summary>
    /// <param name="target">Of the environment.</param>
    public static BuilderSpec? Read(Section environment, TargetKind target, Problems problems)
    {
        if (environment.Child("build") is not { } section) return null;
        if (target == TargetKind.Process)
            problems.Add(section.At, "build is about images, and the target is process", "write target: compose, or take it out");
        var sbom = section.Text("sbom", "false")!;
        var spec = new BuilderSpec(section.Text("builder"), section.TextOrTexts("platforms") ?? [], section.TextOrTexts("cacheFrom") ?? [],
            section.TextOrTexts("cacheTo") ?? [], sbom != "false", sbom is "true" or "false" ? null : sbom,
            section.Text("provenance") is { } provenance and not "false" ? provenance : null);
        section.Close();
        foreach (var platform in spec.Platforms.Where(platform => !BuilderSpec.IsPlatform(platform)))
            problems.Add(section.Place("platforms"), $"'{platform}' is no platform", "write system/architecture, e.g. linux/amd64");
        if (spec.Provenance is not (null or "min" or "max"))
            problems.Add(section.Place("provenance"), $"'{spec.Provenance}' is no kind of provenance", "write min or max");
        // "inline" is kept in the image itself, and so with each service.
        foreach (var cache in spec.CacheTo.Where(cache => !cache.Contains(BuilderSpec.Service, StringComparison.Ordinal)
            && !cache.Contains("type=inline", StringComparison.Ordinal)))
            problems.Add(section.Place("cacheTo"), $"every service would write its layers to '{cache}', over those of the others",
                $"write {BuilderSpec.Service} where their names differ, e.g. type=registry,ref=ghcr.io/acme/cache:{BuilderSpec.Service}");
        return spec;
    }
}
