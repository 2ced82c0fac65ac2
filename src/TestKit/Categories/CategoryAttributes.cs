using Xunit.v3;

namespace ChainBridge.TestKit;

/// <summary>Puts a test class or method into a category, and so under its budget.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Assembly)]
public abstract class CategoryAttribute(string name) : Attribute, ITraitAttribute
{
    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Category.Trait, name)];
}

/// <summary>Does every service answer for itself and its dependencies? 60 s for the suite.</summary>
public sealed class ApiHealthAttribute() : CategoryAttribute("ApiHealth");

/// <summary>Migrations, constraints, isolation. 120 s for the suite.</summary>
public sealed class DatabaseAttribute() : CategoryAttribute("Database");

/// <summary>Do the services keep their promises to each other? 180 s for the suite.</summary>
public sealed class CrossServiceAttribute() : CategoryAttribute("CrossService");

/// <summary>Response times under a steady arrival rate. 300 s for the suite.</summary>
public sealed class PerformanceAttribute() : CategoryAttribute("Performance");

/// <summary>Is this release, at this address, alive and of this version? 60 s for the suite.</summary>
public sealed class SmokeAttribute() : CategoryAttribute("Smoke");
