using System.Text.Json;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>What a build says itself of what it made, in the file that <c>--metadata-file</c> names.</summary>
/// <param name="Digest">Of what it made: an image, or an index of several parts; null where it does not say.</param>
/// <param name="Configuration">The digest over the image's configuration, which is its id in an engine's older store.</param>
internal sealed record BuildMetadata(string? Digest, string? Configuration)
{
    /// <summary>Nothing was built yet.</summary>
    private static BuildMetadata Planned { get; } = new(null, null);

    /// <summary>Reads the file of one build, and removes it.</summary>
    /// <exception cref="EngineException"><see cref="Failure.GateFailed"/>: it is no such file.</exception>
    public static BuildMetadata Of(IHost host, string file) =>
        host.OnlyPlans ? Planned : Read(host, file, root => One(root));

    /// <summary>Reads the file of several builds, by service, and removes it.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static IReadOnlyDictionary<string, BuildMetadata> OfAll(IHost host, string file, IReadOnlyCollection<string> services) =>
        host.OnlyPlans
            ? services.ToDictionary(name => name, _ => Planned)
            : Read(host, file, root => services.ToDictionary(name => name, name =>
                root.TryGetProperty(name, out var built) ? One(built) : new(null, null)));

    private static BuildMetadata One(JsonElement built) => new(Text(built, "containerimage.digest"),
        Text(built, "containerimage.config.digest"));

    private static string? Text(JsonElement built, string key) =>
        built.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static T Read<T>(IHost host, string file, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(host.Files.Read(file) ?? "");
            return read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new EngineException(Failure.GateFailed, $"the build ended well, and {file} does not say what it made: {broken.Message}",
                "look at the build's output; docker buildx version must be 0.10 or newer");
        }
        finally
        {
            host.Files.Delete(file);
        }
    }
}
