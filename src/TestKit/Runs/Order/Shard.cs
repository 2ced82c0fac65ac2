using System.Globalization;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>One of several parts that the tests of an assembly are divided into.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many there are.</param>
internal sealed partial record Shard(int Index, int Count)
{
    /// <summary>Reads <c>i/n</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Shard Parse(string text)
    {
        var parts = Written().Match(text.Trim());
        var (index, count) = parts.Success ? (Number(parts.Groups[1]), Number(parts.Groups[2])) : (0, 0);
        return index >= 1 && index <= count
            ? new(index, count)
            : throw new FormatException($"{RunOptions.ShardVariable}={text} is no shard: write i/n with i from 1 to n, as in 1/3");
    }

    /// <summary>
    /// Divides units over the shards: the longest first, each to the shard with the least to do. The same on every machine
    /// that has the same names and lengths.
    /// </summary>
    /// <param name="lengths">In seconds.</param>
    /// <returns>The index of each unit's shard.</returns>
    public static IReadOnlyDictionary<string, int> Plan(IReadOnlyDictionary<string, double> lengths, int count)
    {
        var load = new double[count];
        var plan = new Dictionary<string, int>();
        foreach (var (name, length) in lengths.OrderByDescending(unit => unit.Value).ThenBy(unit => unit.Key, StringComparer.Ordinal))
        {
            var least = Array.IndexOf(load, load.Min());
            // Nothing is free: units of no length at all would pile up in one shard.
            load[least] += Math.Max(length, 0.001);
            plan[name] = least + 1;
        }

        return plan;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";

    private static int Number(Group digits) => int.Parse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d{1,4})/(\d{1,4})$")]
    private static partial Regex Written();
}
