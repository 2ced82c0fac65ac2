using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit;

/// <summary>A suite with a promised time.</summary>
/// <param name="Name">The value of the trait <c>Category</c>.</param>
/// <param name="Budget">For the whole suite, fixtures included.</param>
public sealed record Category(string Name, TimeSpan Budget)
{
    /// <summary>The trait's name, as in <c>dotnet test --filter Category=Smoke</c>.</summary>
    public const string Trait = "Category";

    /// <summary>Stands for no category at all.</summary>
    internal const string OtherName = "Other";

    /// <summary>The five categories and their budgets.</summary>
    public static IReadOnlyList<Category> All { get; } =
    [
        new("ApiHealth", TimeSpan.FromSeconds(60)),
        new("Database", TimeSpan.FromSeconds(120)),
        new("CrossService", TimeSpan.FromSeconds(180)),
        new("Performance", TimeSpan.FromSeconds(300)),
        new("Smoke", TimeSpan.FromSeconds(60)),
    ];

    /// <summary>The environment variable that sets another budget for a run, as in <c>CHAINBRIDGE_BUDGET_DATABASE=30s</c>.</summary>
    public string Variable => $"CHAINBRIDGE_BUDGET_{Name.ToUpperInvariant()}";

    /// <summary>It is not one of the five: what is in it is in none.</summary>
    internal bool IsOther => Name == OtherName;

    /// <summary>The owner of the budget, for a sentence.</summary>
    internal string Words => IsOther ? "the tests without a category" : $"the category {Name}";

    /// <summary>The categories with the budgets that <see cref="Variable"/> sets in their place.</summary>
    /// <exception cref="FormatException">A value is no duration.</exception>
    public static IReadOnlyList<Category> With(Func<string, string?> variable) =>
        [.. All.Select(category => category.With(variable, ""))];

    /// <summary>This one with the budget that <see cref="Variable"/> sets.</summary>
    /// <param name="besides">What else may be written, for the message.</param>
    /// <exception cref="FormatException">The value is no duration.</exception>
    internal Category With(Func<string, string?> variable, string besides) =>
        variable(Variable) is { Length: > 0 } text ? this with { Budget = Parse(Variable, text, besides) } : this;

    private static TimeSpan Parse(string name, string text, string besides) => Duration.Parse(text.Trim(), "ms", "s", "m")
        ?? throw new FormatException(
            $"{name}={text} is no budget: write a number above zero with its unit, as in 500ms, 30s or 2m{besides}");
}
