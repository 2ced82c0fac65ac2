using System.Globalization;
using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>An open model that replays when requests came once, as an access log has them.</summary>
/// <param name="At">From the beginning of the replay, in order.</param>
public sealed record RecordedArrivals(IReadOnlyList<TimeSpan> At) : LoadShape
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override TimeSpan Duration => At.Count == 0 ? TimeSpan.Zero : At[^1] + TimeSpan.FromTicks(1);

    /// <summary>One arrival a line, in seconds from any beginning; empty lines and those that begin with <c>#</c> are left out.</summary>
    /// <exception cref="FormatException">A line is no number; the message names it.</exception>
    public static RecordedArrivals Read(TextReader lines)
    {
        var times = new List<double>();
        for (var number = 1; lines.ReadLine() is { } line; number++)
        {
            if (line.Trim() is not { Length: > 0 } text || text[0] == '#') continue;
            times.Add(double.TryParse(text, CultureInfo.InvariantCulture, out var at) && double.IsFinite(at)
                ? at
                : throw new FormatException($"line {number} of the recorded schedule is '{text}': write one time a line, in seconds"));
        }

        times.Sort();
        return new([.. times.Select(at => TimeSpan.FromSeconds(at - times[0]))]);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (At.Count == 0) yield return "the recorded schedule holds no arrival: it tests nothing";
        else if (Duration > TimeSpan.FromDays(1)) yield return "the recorded schedule is longer than 24 hours: replay a part of it";
        for (var i = 1; i < At.Count; i++)
            if (At[i] < At[i - 1])
            {
                yield return $"the recorded schedule goes back in time at its arrival {i + 1}: sort it";
                yield break;
            }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{At.Count} recorded arrivals in {Seconds(Duration)}";

    /// <inheritdoc/>
    public bool Equals(RecordedArrivals? other) => other is not null && At.SequenceEqual(other.At);

    /// <inheritdoc/>
    public override int GetHashCode() => At.Count;
}
