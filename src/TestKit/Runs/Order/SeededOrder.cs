using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

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

    /// <summary>A number that a text comes to, today and tomorrow, on every machine.</summary>
    public static ulong Digest(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ulong Place(int seed, string name) => Digest(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{name}"));
}
