namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Which layers of images need not travel to an engine.</summary>
internal static class KnownLayers
{
    /// <summary>
    /// Those that the engine finds in its own store: it looks a layer up together with all layers below it, so an equal layer upon other
    /// ones does not count. In an archive each layer lies once, so it may only stay out where it is known at every place that has it.
    /// </summary>
    /// <param name="sent">The layers of each image that is sent, the lowest first.</param>
    /// <param name="there">The layers of each image that the engine has.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<IReadOnlyList<string>> sent, IEnumerable<IReadOnlyList<string>> there)
    {
        // Of an image without layers it is not known which ones it needs.
        if (sent.Any(image => image.Count == 0)) return [];
        var known = there.SelectMany(Stacks).ToHashSet();
        return [.. sent.SelectMany(image => image.Zip(Stacks(image))).GroupBy(place => place.First, place => place.Second)
            .Where(places => places.All(known.Contains)).Select(places => places.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>Each layer with all that are below it.</summary>
    private static IEnumerable<string> Stacks(IReadOnlyList<string> layers) =>
        layers.Select((_, place) => string.Join(' ', layers.Take(place + 1)));
}
