using System.Reflection;
using ChainBridge.TestKit.Order;
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
        var durations = Durations.From(variable, TestAssembly.Assembly.GetName().Name!, AppContext.BaseDirectory);
        using var run = NewRun(testCases, executionOptions, durations);
        var context = new BudgetedContext(run, TestAssembly, executionMessageSink, executionOptions, cancellationToken);
        await using (context)
        {
            await context.InitializeAsync();
            await BudgetedAssemblyRunner.RunAsync(context, run, cancellationToken);
        }

        if (run.Refusal is null) Record(durations, run);
    }

    private static void Record(Durations durations, BudgetedRun run)
    {
        try
        {
            durations.Write(run.Taken(), run.Options.Shard);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            // A run is no worse for a measurement that was lost.
            Console.Error.WriteLine($"ChainBridge.TestKit: how long the tests took was not recorded: {problem.Message}");
        }
    }

    private BudgetedRun NewRun(IReadOnlyCollection<IXunitTestCase> testCases, ITestFrameworkExecutionOptions executionOptions, Durations durations)
    {
        try
        {
            var options = RunOptions.From(variable, executionOptions.Seed() ?? Random.Shared.Next(1_000_000));
            var categories = Category.With(variable);
            var selection = Selection.Of(testCases, options, durations.Read);
            Console.Error.WriteLine($"ChainBridge.TestKit: {TestAssembly.AssemblyName.Split(',')[0]}: {RunOptions.SeedVariable}={options.Seed}{selection.Words}");
            return new(selection.Cases, categories, options, PlainEvidence.CollectAsync, time);
        }
        catch (FormatException problem)
        {
            // Thrown from here it would leave some runners waiting for ever.
            return new(testCases, [], new(Seed: 0), PlainEvidence.CollectAsync, time, refusal: problem.Message);
        }
    }
}
