using System.Text.Json.Serialization;

namespace ChainBridge.TestKit.Load;

/// <summary>Where a generator gets the scenario from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HttpScenario), "http")]
[JsonDerivedType(typeof(ScenarioType), "type")]
public abstract record ScenarioSource
{
    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public virtual IEnumerable<string> Problems() => [];
}

/// <summary>Requests as data: sent one after the other by the generator, without code of the user.</summary>
public sealed record HttpScenario(IReadOnlyList<HttpStep> Steps) : ScenarioSource
{
    /// <summary>Rows whose values stand in for <c>${data.NAME}</c>.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Data { get; init; } = [];

    /// <summary>Draws rows by lot with this seed; in their order without.</summary>
    public int? DataSeed { get; init; }

    /// <summary>A pause between the steps, as a person makes it.</summary>
    public TimeSpan Think { get; init; }

    /// <summary>One GET.</summary>
    public static HttpScenario Get(string path, string? name = null) => new([new(name ?? $"GET {path}", path)]);

    /// <summary>One POST of JSON.</summary>
    public static HttpScenario PostJson(string path, string json, int expected = 200, string? name = null) =>
        new([new(name ?? $"POST {path}", path) { Method = "POST", Body = json, Expect = expected,
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" } }]);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Steps.Count == 0) yield return "the scenario has no step: it would send nothing";
        foreach (var twice in Steps.GroupBy(step => step.Name).Where(steps => steps.Count() > 1))
            yield return $"two steps are named '{twice.Key}': their times would be one; give each a name of its own";
        foreach (var step in Steps)
            foreach (var problem in step.Problems(Data.Count > 0 ? Data[0] : null)) yield return $"step '{step.Name}': {problem}";
    }
}

/// <summary>A scenario in C#: a type that is <see cref="ILoadScenario"/> with a constructor without parameters.</summary>
/// <param name="Assembly">Full path of the assembly it is in.</param>
/// <param name="Name">Its full name.</param>
public sealed record ScenarioType(string Assembly, string Name) : ScenarioSource
{
    /// <summary>The type.</summary>
    public static ScenarioType Of<T>() where T : ILoadScenario, new() => new(typeof(T).Assembly.Location, typeof(T).FullName!);
}

/// <summary>A scenario that is made in this process, and can only be run in it: by <c>LoadEngine.InProcess</c>.</summary>
public sealed record InlineScenario([property: JsonIgnore] Func<ILoadScenario> Make) : ScenarioSource;
