using System.Reflection;
using ChainBridge.TestKit.Scopes;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Categories;

/// <summary>
/// xUnit's own framework with the time budgets of the categories enforced. Use it once per test assembly:
/// <c>[assembly: TestFramework(typeof(BudgetFramework))]</c>.
/// </summary>
public sealed class BudgetFramework : XunitTestFramework
{
    private readonly string? _configFile;

    /// <summary>Without a configuration file.</summary>
    public BudgetFramework()
    {
    }

    /// <summary>With xUnit's configuration file.</summary>
    public BudgetFramework(string? configFileName) : base(configFileName) => _configFile = configFileName;

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new BudgetExecutor(new XunitTestAssembly(assembly, _configFile), Environment.GetEnvironmentVariable, TimeProvider.System);
}

/// <summary>Runs the selected tests under the budgets of their categories.</summary>
internal sealed class BudgetExecutor(IXunitTestAssembly assembly, Func<string, string?> variable, TimeProvider time) : XunitTestFrameworkExecutor(assembly)
{
    /// <inheritdoc/>
    public override async ValueTask RunTestCases(IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions, CancellationToken cancellationToken)
    {
        using var run = NewRun(testCases);
        var context = new BudgetedContext(run, TestAssembly, executionMessageSink, executionOptions, cancellationToken);
        await using (context)
        {
            await context.InitializeAsync();
            await BudgetedAssemblyRunner.RunAsync(context, run, cancellationToken);
        }
    }

    private BudgetedRun NewRun(IReadOnlyCollection<IXunitTestCase> testCases)
    {
        try
        {
            return new(testCases, Category.With(variable), PlainEvidence.CollectAsync, time);
        }
        catch (FormatException problem)
        {
            // Thrown from here it would leave some runners waiting for ever.
            return new(testCases, [], PlainEvidence.CollectAsync, time, refusal: problem.Message);
        }
    }
}
