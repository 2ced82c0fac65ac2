using System.Globalization;

namespace ChainBridge.Tests.Performance;

/// <summary>Something that may grow under a steady load, looked at again and again.</summary>
/// <param name="mostAMinute">A service that keeps more of it every minute dies of it.</param>
/// <param name="longEnough">Of less than this no slope is believed.</param>
internal sealed class Growth(string name, double mostAMinute, TimeSpan longEnough)
{
    private readonly List<(double Minutes, double Value)> _looks = [];

    /// <summary>What was seen most of it.</summary>
    public double Most => _looks.Max(look => look.Value);

    /// <summary>
    /// Theil–Sen: the median of the slopes between all pairs, which a single collection does not move. The first quarter is left out:
    /// caches and pools fill.
    /// </summary>
    public double AMinute
    {
        get
        {
            var settled = Settled;
            var slopes = settled.SelectMany((one, i) => settled.Skip(i + 1)
                .Select(other => (other.Value - one.Value) / (other.Minutes - one.Minutes))).Order().ToList();
            return slopes.Count == 0 ? 0 : slopes[slopes.Count / 2];
        }
    }

    /// <summary>Whether it was looked at for long enough, and grows faster than it may.</summary>
    public bool IsGrowing => Settled is [var first, .., var last] && TimeSpan.FromMinutes(last.Minutes - first.Minutes) >= longEnough
        && AMinute > mostAMinute;

    private List<(double Minutes, double Value)> Settled => [.. _looks.Skip(_looks.Count / 4)];

    public void Add(TimeSpan at, double value) => _looks.Add((at.TotalMinutes, value));

    public override string ToString() => Settled is [var first, .., var last]
        ? string.Create(CultureInfo.InvariantCulture, $"{name}: {first.Value:0} to {last.Value:0}, at most {Most:0}, slope {AMinute:0.0} a "
            + $"minute (at most {mostAMinute:0.#})")
        : $"{name}: looked at too seldom";
}
