using Xunit.v3;

namespace ChainBridge.TestKit.Categories;

/// <summary>The budgets of one run: of every category, and of the tests that are in none.</summary>
/// <param name="Categories">The categories, with the budgets that the environment sets for them.</param>
/// <param name="Other">Of the tests in none of the categories, in one assembly.</param>
/// <param name="Discovery">For the rows of theories that do not come to an end while tests are looked for, in one assembly.</param>
internal sealed record Budgets(IReadOnlyList<Category> Categories, Category Other, TimeSpan Discovery)
{
    /// <summary>Tests without a category have no promised time; this long limit only ends one that hangs.</summary>
    public static readonly TimeSpan OtherTime = TimeSpan.FromMinutes(30);

    private static readonly Category DiscoveryTime = new("Discovery", TimeSpan.FromSeconds(30));

    private const string Off = "off";

    /// <summary>The budgets of a run in which no test is to start: its fixtures may hang all the same.</summary>
    public static Budgets OfNone { get; } = new([], new(Category.OtherName, OtherTime), DiscoveryTime.Budget);

    /// <summary>The budgets that the environment variables set.</summary>
    /// <exception cref="FormatException">A value is no duration.</exception>
    public static Budgets From(Func<string, string?> variable)
    {
        var other = OfNone.Other;
        other = variable(other.Variable) == Off ? other with { Budget = Timeout.InfiniteTimeSpan } : other.With(variable, $" (or {Off})");
        return new(Category.With(variable), other, DiscoveryTime.With(variable, "").Budget);
    }

    /// <summary>The tightest of several categories: the test is in each of their suites.</summary>
    public Category Of(IXunitTestCase testCase) => Of(testCase.Traits);

    /// <inheritdoc cref="Of(IXunitTestCase)"/>
    public Category Of(IReadOnlyDictionary<string, IReadOnlyCollection<string>> traits) =>
        (traits.TryGetValue(Category.Trait, out var names)
            ? Categories.Where(category => names.Contains(category.Name, StringComparer.OrdinalIgnoreCase))
                .MinBy(category => category.Budget)
            : null) ?? Other;
}
