using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>A time in which the number of users goes from one value to another in a straight line.</summary>
public sealed record UserSegment(int From, int To, TimeSpan For);

/// <summary>
/// A closed model: each user asks again when it was answered. A target that gets slow gets less load, so its percentiles flatter
/// it; right for a fixed number of workers, wrong for the public.
/// </summary>
public sealed record UserCounts(IReadOnlyList<UserSegment> Segments) : LoadShape
{
    /// <summary>More users than sockets.</summary>
    public const int Most = 50_000;

    /// <inheritdoc/>
    [JsonIgnore]
    public override TimeSpan Duration => Segments.Aggregate(TimeSpan.Zero, (sum, segment) => sum + segment.For);

    /// <summary>The most users of any moment.</summary>
    [JsonIgnore]
    public int Peak => Segments.Count == 0 ? 0 : Segments.Max(segment => Math.Max(segment.From, segment.To));

    /// <summary>The same number all the time.</summary>
    public static UserCounts Constant(int users, TimeSpan duration) => new([new(users, users, duration)]);

    /// <summary>From one number to another in a straight line.</summary>
    public static UserCounts Ramp(int from, int to, TimeSpan duration) => new([new(from, to, duration)]);

    /// <summary>This load, then another.</summary>
    public UserCounts Then(UserCounts next) => new([.. Segments, .. next.Segments]);

    /// <summary>How many users there are at a moment.</summary>
    public int At(TimeSpan at)
    {
        foreach (var segment in Segments)
        {
            if (at < segment.For)
                return (int)Math.Round(segment.From + ((segment.To - segment.From) * (at / segment.For)), MidpointRounding.AwayFromZero);
            at -= segment.For;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in ProblemsOf(Duration)) yield return problem;
        foreach (var segment in Segments)
        {
            if (segment.From < 0 || segment.To < 0) yield return $"{Math.Min(segment.From, segment.To)} users are none: numbers from 0 on";
            if (Math.Max(segment.From, segment.To) > Most)
                yield return $"{Math.Max(segment.From, segment.To)} users are beyond reason: at most {Most} can be asked for";
            if (segment.For <= TimeSpan.Zero) yield return "a part of the load has no duration: give it a time above zero";
        }

        if (Peak < 1) yield return "there is no user at any time: that tests nothing; ask for at least one";
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", then ", Segments.Select(segment => segment.From == segment.To
        ? $"{segment.From} users for {Seconds(segment.For)}"
        : $"{segment.From} to {segment.To} users in {Seconds(segment.For)}"));

    /// <inheritdoc/>
    public bool Equals(UserCounts? other) => other is not null && Segments.SequenceEqual(other.Segments);

    /// <inheritdoc/>
    public override int GetHashCode() => Segments.Count;
}
