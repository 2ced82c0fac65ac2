using ChainBridge.TestKit.Categories;
using ChainBridge.TestKit.Runs.Theories;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs;

/// <summary>
/// xUnit's discoverer with a budget for the rows of theories. A theory whose rows do not come to an end is found as one test case,
/// as xUnit finds one whose rows cannot be serialized: it is reported, and fails, when it runs.
/// </summary>
internal sealed class BudgetDiscoverer(IXunitTestAssembly assembly, Func<string, string?> variable, TimeProvider time, TextWriter log)
    : XunitTestFrameworkDiscoverer(assembly)
{
    /// <summary>The least time for each theory, so that each is asked also when others have used up the budget.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly Budgets _budgets = BudgetsOf(variable);
    private TimeSpan _used;

    /// <inheritdoc/>
    protected override async ValueTask<bool> FindTestsForMethod(
        IXunitTestMethod testMethod, ITestFrameworkDiscoveryOptions discoveryOptions, Func<ITestCase, ValueTask<bool>> discoveryCallback)
    {
        if (!discoveryOptions.PreEnumerateTheoriesOrDefault() || !TheoryRows.AreComputed(testMethod))
            return await base.FindTestsForMethod(testMethod, discoveryOptions, discoveryCallback);
        foreach (var testCase in await FindAsync(testMethod, discoveryOptions))
            if (!await discoveryCallback(testCase)) return false;
        return true;
    }

    private async Task<IReadOnlyCollection<ITestCase>> FindAsync(IXunitTestMethod method, ITestFrameworkDiscoveryOptions options)
    {
        var left = _budgets.Discovery - _used;
        var own = _budgets.Of(method.Traits).Budget;
        if (own != Timeout.InfiniteTimeSpan && own < left) left = own;
        using var deadline = new CancellationTokenSource(left > Least ? left : Least, time);
        var start = time.GetTimestamp();
        try
        {
            return await TheoryRows.ReadAsync(method, () => CollectAsync(method, options), time, deadline.Token);
        }
        catch (EndlessDataException endless)
        {
            _used += time.GetElapsedTime(start);
            await log.WriteLineAsync($"ChainBridge.TestKit: {TestAssembly.Assembly.GetName().Name}: while tests were looked for: "
                + $"{endless.Message} It is one test now, which fails when it runs.");
            options.SetValue<bool?>(TestOptionsNames.Discovery.PreEnumerateTheories, false);
            try
            {
                return await CollectAsync(method, options);
            }
            finally
            {
                options.SetValue<bool?>(TestOptionsNames.Discovery.PreEnumerateTheories, true);
            }
        }
    }

    private async ValueTask<IReadOnlyCollection<ITestCase>> CollectAsync(IXunitTestMethod method, ITestFrameworkDiscoveryOptions options)
    {
        var found = new List<ITestCase>();
        await base.FindTestsForMethod(method, options, testCase =>
        {
            found.Add(testCase);
            return new(true);
        });
        return found;
    }

    /// <summary>Every test that runs reports a value that cannot be read; discovery takes the defaults.</summary>
    private static Budgets BudgetsOf(Func<string, string?> variable)
    {
        try
        {
            return Budgets.From(variable);
        }
        catch (FormatException)
        {
            return Budgets.OfNone;
        }
    }
}
