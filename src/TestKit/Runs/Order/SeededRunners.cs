using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Order;

/// <summary>
/// xUnit's runner of a collection, with its classes in seeded order. A class or collection that names an orderer of its own keeps it,
/// here and below.
/// </summary>
internal sealed class SeededCollectionRunner(int seed) : XunitTestCollectionRunner
{
    /// <inheritdoc/>
    protected override List<(IXunitTestClass? Class, List<IXunitTestCase> TestCases)> OrderTestClasses(
        XunitTestCollectionRunnerContext ctxt) =>
        (ctxt.TestCollection.TestClassOrderer ?? ctxt.TestCollection.TestAssembly.TestClassOrderer) is not null
            ? base.OrderTestClasses(ctxt)
            : [.. SeededOrder.By(base.OrderTestClasses(ctxt), seed, one => one.Class?.TestClassName ?? "")];

    /// <inheritdoc/>
    protected override ValueTask<RunSummary> RunTestClass(XunitTestCollectionRunnerContext ctxt, IXunitTestClass? testClass,
        IReadOnlyCollection<IXunitTestCase> testCases) => testClass is null
            ? base.RunTestClass(ctxt, testClass, testCases)
            : new SeededClassRunner(seed).Run(testClass, testCases, ctxt.ExplicitOption, ctxt.MessageBus, ctxt.Aggregator.Clone(),
                ctxt.CancellationTokenSource, ctxt.ParallelMode, ctxt.Scheduler, ctxt.CollectionFixtureMappings);
}

/// <summary>xUnit's runner of a class, with its methods in seeded order.</summary>
internal sealed class SeededClassRunner(int seed) : XunitTestClassRunner
{
    /// <inheritdoc/>
    protected override List<(IXunitTestMethod? Method, List<IXunitTestCase> TestCases)> OrderTestMethods(
        XunitTestClassRunnerContext ctxt) =>
        (ctxt.TestClass.TestMethodOrderer ?? ctxt.TestClass.TestCollection.TestMethodOrderer
            ?? ctxt.TestClass.TestCollection.TestAssembly.TestMethodOrderer) is not null
            ? base.OrderTestMethods(ctxt)
            : [.. SeededOrder.By(base.OrderTestMethods(ctxt), seed,
                one => $"{one.TestCases[0].TestClassName}.{one.TestCases[0].TestMethodName}")];

    /// <inheritdoc/>
    protected override ValueTask<RunSummary> RunTestMethod(XunitTestClassRunnerContext ctxt, IXunitTestMethod? testMethod,
        IReadOnlyCollection<IXunitTestCase> testCases) => testMethod is null || ctxt.ConstructorArguments is null
            ? base.RunTestMethod(ctxt, testMethod, testCases)
            : new SeededMethodRunner(seed).Run(testMethod, testCases, ctxt.ExplicitOption, ctxt.MessageBus, ctxt.Aggregator.Clone(),
                ctxt.CancellationTokenSource, ctxt.ParallelMode, ctxt.Scheduler, ctxt.ConstructorArguments, ctxt.ClassFixtureMappings);
}

/// <summary>xUnit's runner of a method, with its cases in seeded order.</summary>
internal sealed class SeededMethodRunner(int seed) : XunitTestMethodRunner
{
    /// <inheritdoc/>
    protected override IReadOnlyCollection<IXunitTestCase> OrderTestCases(XunitTestMethodRunnerContext ctxt) =>
        HasItsOwnOrder(ctxt.TestMethod)
            ? base.OrderTestCases(ctxt)
            : SeededOrder.By(ctxt.TestCases, seed, testCase => $"{testCase.TestClassName}.{testCase.TestCaseDisplayName}");

    /// <summary>The rows of a theory that are known only when it runs, in the order they would have as cases.</summary>
    public static IReadOnlyCollection<IXunitTest> OrderTests(IXunitTestCase testCase, IReadOnlyCollection<IXunitTest> tests, int seed) =>
        HasItsOwnOrder(testCase.TestMethod)
            ? tests
            : SeededOrder.By(tests, seed, test => $"{testCase.TestClassName}.{test.TestDisplayName}");

    private static bool HasItsOwnOrder(IXunitTestMethod method) =>
        (method.TestCaseOrderer ?? method.TestClass.TestCaseOrderer ?? method.TestClass.TestCollection.TestCaseOrderer
            ?? method.TestClass.TestCollection.TestAssembly.TestCaseOrderer) is not null;
}
