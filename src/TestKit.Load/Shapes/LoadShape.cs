using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>How the load comes: as arrivals whatever the target does (open model), or as users that wait for it (closed model).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ArrivalRates), "rates")]
[JsonDerivedType(typeof(RecordedArrivals), "recorded")]
[JsonDerivedType(typeof(UserCounts), "users")]
public abstract record LoadShape
{
    /// <summary>From the first arrival that is due to the end of the schedule; answers may come later.</summary>
    [JsonIgnore]
    public abstract TimeSpan Duration { get; }

    /// <summary>Every problem of the shape, each with what to do; empty when it can be run.</summary>
    public abstract IEnumerable<string> Problems();

    /// <summary>In words, as a report says it.</summary>
    public abstract override string ToString();

    private protected static IEnumerable<string> ProblemsOf(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero) yield return "the load has no duration: give it a time above zero, as in 30s";
        if (duration > TimeSpan.FromDays(1)) yield return $"the load lasts {duration.TotalHours:0.#} hours: at most 24 are run in one "
            + $"piece";
    }

    private protected static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###} s";
}
