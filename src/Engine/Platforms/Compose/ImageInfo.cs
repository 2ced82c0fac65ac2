using System.Text.Json;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>An image the engine has.</summary>
internal sealed record ImageInfo(string Id, long Bytes, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>What it is for; null where it does not say.</summary>
    public ImagePlatform? Platform { get; init; }

    /// <summary>The digests of its layers as they lie unpacked, the lowest first.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Reads the answer of <c>docker image inspect</c>.</summary>
    public static ImageInfo Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return One(document.RootElement[0]);
    }

    /// <summary>The same for several.</summary>
    public static IReadOnlyList<ImageInfo> ReadAll(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(One)];
    }

    private static ImageInfo One(JsonElement image) => new(image.GetProperty("Id").GetString()!, image.GetProperty("Size").GetInt64(),
        Container.Labelled(image.GetProperty("Config")))
    {
        Platform = ImagePlatform.Of(image),
        Layers = image.TryGetProperty("RootFS", out var files) && files.TryGetProperty("Layers", out var layers)
            && layers.ValueKind == JsonValueKind.Array ? [.. layers.EnumerateArray().Select(layer => layer.GetString()!)] : [],
    };
}
