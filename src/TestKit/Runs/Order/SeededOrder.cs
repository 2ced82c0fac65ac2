using System.Globalization;
using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>
/// An order that depends on a seed and on names, and on nothing else: not on the folder the build lies in (as xUnit's
/// own unique ids do), nor on which other tests are selected. A failing order can so be repeated with fewer tests.
/// </summary>
internal static class SeededOrder
{
    /// <summary>Puts them in order.</summary>
    public static IReadOnlyList<T> By<T>(IEnumerable<T> items, int seed, Func<T, string> name) =>
        [.. items.Select(item => (Item: item, Name: name(item))).OrderBy(one => Place(seed, one.Name))
            .ThenBy(one => one.Name, StringComparer.Ordinal).Select(one => one.Item)];

    private static ulong Place(int seed, string name) => Digest.Number(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{name}"));
}
