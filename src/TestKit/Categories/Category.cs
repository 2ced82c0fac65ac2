namespace ChainBridge.TestKit.Categories;

/// <summary>A suite with a promised time.</summary>
/// <param name="Name">The value of the trait <c>Category</c>.</param>
/// <param name="Budget">For the whole suite, fixtures included.</param>
public sealed record Category(string Name, TimeSpan Budget)
{
    /// <summary>The trait's name, as in <c>dotnet test --filter Category=Smoke</c>.</summary>
    public const string Trait = "Category";

    /// <summary>The five categories and their budgets.</summary>
    public static IReadOnlyList<Category> All { get; } =
    [
        new("ApiHealth", TimeSpan.FromSeconds(60)),
        new("Database", TimeSpan.FromSeconds(120)),
        new("CrossService", TimeSpan.FromSeconds(180)),
        new("Performance", TimeSpan.FromSeconds(300)),
        new("Smoke", TimeSpan.FromSeconds(60)),
    ];
}
