using System.Reflection;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Runs;
using Xunit.v3;

namespace ChainBridge.TestKit;

/// <summary>
/// xUnit's own framework with the time budgets of the categories enforced, a scope for every test, seeded order, retries,
/// quarantine and shards. Use it once per test assembly: <c>[assembly: TestFramework(typeof(BudgetFramework))]</c>.
/// </summary>
public sealed class BudgetFramework : XunitTestFramework
{
    private readonly string? _configFile;

    /// <summary>Without a configuration file.</summary>
    public BudgetFramework()
    {
    }

    /// <summary>Makes one with xUnit's configuration file.</summary>
    public BudgetFramework(string? configFileName) : base(configFileName) => _configFile = configFileName;

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new BudgetExecutor(new XunitTestAssembly(assembly, _configFile), Environment.GetEnvironmentVariable, TimeProvider.System,
            StandardError.Open());

    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new BudgetDiscoverer(new XunitTestAssembly(assembly, _configFile), Environment.GetEnvironmentVariable, TimeProvider.System,
            StandardError.Open());
}
