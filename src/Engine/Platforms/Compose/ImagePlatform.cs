using System.Text.Json;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>System and architecture that an image is for, or that an engine runs on.</summary>
/// <param name="Variant">E.g. <c>v8</c>; empty for none.</param>
internal sealed record ImagePlatform(string System, string Architecture, string Variant = "")
{
    /// <summary>Reads <c>linux/arm64/v8</c>; null for what is none.</summary>
    public static ImagePlatform? Parse(string text) => text.Trim().Split('/') switch
    {
        [{ Length: > 0 } system, { Length: > 0 } architecture] => new(system, architecture),
        [{ Length: > 0 } system, { Length: > 0 } architecture, var variant] => new(system, architecture, variant),
        _ => null,
    };

    /// <summary>Reads the keys <c>os</c>, <c>architecture</c> and <c>variant</c>, in either case; null where they say nothing.</summary>
    public static ImagePlatform? Of(JsonElement image)
    {
        var (system, architecture) = (Text(image, "os") ?? Text(image, "Os"), Text(image, "architecture") ?? Text(image, "Architecture"));
        return string.IsNullOrEmpty(system) || string.IsNullOrEmpty(architecture)
            ? null
            : new(system, architecture, Text(image, "variant") ?? Text(image, "Variant") ?? "");
    }

    /// <summary>
    /// Whether a machine of this kind runs an image of that one by itself: its own architecture, and the smaller one that its processors
    /// have in them. What an emulator could run is another one.
    /// </summary>
    public bool Runs(ImagePlatform image) => System == image.System && (Architecture == image.Architecture
        || (Architecture, image.Architecture) is ("amd64", "386") or ("arm64", "arm"));

    /// <inheritdoc />
    public override string ToString() => Variant.Length == 0 ? $"{System}/{Architecture}" : $"{System}/{Architecture}/{Variant}";

    private static string? Text(JsonElement image, string name) =>
        image.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
