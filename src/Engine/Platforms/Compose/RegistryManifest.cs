using System.Text.Json;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>An image as a registry has it for one platform.</summary>
/// <param name="Layers">The bytes of each layer as it travels, the lowest first.</param>
internal sealed record RegistryManifest(ImagePlatform Platform, IReadOnlyList<long> Layers)
{
    /// <summary>Bytes that are fetched for it when an engine has none of its layers.</summary>
    public long Bytes => Layers.Sum();

    /// <summary>
    /// Reads the answer of <c>docker manifest inspect --verbose</c>: one image, or one for each platform. What is attached to them, which
    /// has the platform <c>unknown</c>, is left out.
    /// </summary>
    public static IReadOnlyList<RegistryManifest> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return [.. (root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : (IEnumerable<JsonElement>)[root]).Select(One)
            .OfType<RegistryManifest>()];
    }

    /// <summary>
    /// Reads the <c>Image</c> of <c>docker buildx imagetools inspect</c>: a configuration, or one for each platform. It has no sizes of
    /// layers.
    /// </summary>
    public static IReadOnlyList<RegistryManifest> ReadConfiguration(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ImagePlatform.Of(document.RootElement) is { } only
            ? [new(only, [])]
            : [.. document.RootElement.EnumerateObject().Select(image => ImagePlatform.Of(image.Value)).OfType<ImagePlatform>()
                .Where(platform => platform.System != "unknown").Select(platform => new RegistryManifest(platform, []))];
    }

    private static RegistryManifest? One(JsonElement image)
    {
        if (image.ValueKind != JsonValueKind.Object || !image.TryGetProperty("Descriptor", out var descriptor)
            || !descriptor.TryGetProperty("platform", out var named) || ImagePlatform.Of(named) is not { System: not "unknown" } platform)
            return null;
        foreach (var key in new[] { "OCIManifest", "SchemaV2Manifest" })
            if (image.TryGetProperty(key, out var manifest) && manifest.TryGetProperty("layers", out var layers)
                && layers.ValueKind == JsonValueKind.Array)
                return new(platform, [.. layers.EnumerateArray().Select(layer => layer.GetProperty("size").GetInt64())]);
        return new(platform, []);
    }
}
