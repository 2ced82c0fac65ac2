using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs;

/// <summary>Whether the assembly's framework reads the variables that only <see cref="BudgetFramework"/> knows.</summary>
internal static class FrameworkCheck
{
    private static readonly string[] Variables = ["CHAINBRIDGE_SHARD", "CHAINBRIDGE_SEED", "CHAINBRIDGE_RETRIES", "CHAINBRIDGE_QUARANTINE"];

    /// <summary>Null when all is well, or when no test assembly is known.</summary>
    public static string? Problem(ITestAssembly? assembly, Func<string, string?> variable) => assembly is IXunitTestAssembly known
        ? Problem(known.Assembly.GetCustomAttributes(inherit: false).OfType<ITestFrameworkAttribute>()
            .Select(attribute => attribute.FrameworkType), variable)
        : null;

    /// <param name="frameworks">What the assembly names as its test framework.</param>
    public static string? Problem(IEnumerable<Type> frameworks, Func<string, string?> variable)
    {
        if (frameworks.Any(typeof(BudgetFramework).IsAssignableFrom)) return null;
        var unheeded = Variables.Where(name => variable(name) is { Length: > 0 }).ToList();
        return unheeded.Count == 0 ? null
            : $"{string.Join(", ", unheeded)} would do nothing here: this test assembly does not use TestKit's framework. "
                + "Add [assembly: TestFramework(typeof(BudgetFramework))]";
    }
}
