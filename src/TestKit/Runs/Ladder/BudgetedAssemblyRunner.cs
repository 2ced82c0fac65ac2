using ChainBridge.TestKit.Runs.Order;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Ladder;

/// <summary>xUnit's assembly runner, left behind when all that it still has to do is out of time, or the process is about to end.</summary>
internal sealed class BudgetedAssemblyRunner
    : XunitTestAssemblyRunnerBase<BudgetedContext, IXunitTestAssembly, IXunitTestCollection, IXunitTestCase>
{
    /// <summary>Runs; on return every selected case is reported, unless the first failure was to stop the run.</summary>
    public static async Task RunAsync(BudgetedContext context, BudgetedRun run)
    {
        // On a thread of its own, so that a fixture that blocks does not block the clock.
        var work = Task.Run(async () => await new BudgetedAssemblyRunner().Run(context), CancellationToken.None);
        var over = run.OverAsync(run.Records, clock => clock.AssemblyGivenUp);
        if (await Task.WhenAny(work, over, run.Ended) == work)
        {
            await work;
            return;
        }

        await run.PlanAsync(run.Records);
        run.Bus.GiveUpAssembly();
    }

    /// <inheritdoc/>
    protected override List<(IXunitTestCollection Collection, List<IXunitTestCase> TestCases)> OrderTestCollections(BudgetedContext ctxt)
    {
        var collections = base.OrderTestCollections(ctxt);
        return ctxt.TestAssembly.TestCollectionOrderer is not null
            ? collections
            : [.. SeededOrder.By(collections, ctxt.Seed, one => Selection.NameOf(one.Collection))];
    }

    /// <inheritdoc/>
    protected override async ValueTask<string> GetTestFrameworkDisplayName(BudgetedContext ctxt) =>
        $"{await base.GetTestFrameworkDisplayName(ctxt)} [{RunOptions.SeedVariable}={ctxt.Seed}]";
}

/// <summary>What the runner works on: the budgeted cases, over the bus that counts them.</summary>
internal sealed class BudgetedContext(
    BudgetedRun run, IXunitTestAssembly assembly, IMessageSink sink, ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunnerBaseContext<IXunitTestAssembly, IXunitTestCollection, IXunitTestCase>(assembly, run.Cases, sink,
        options, run.Stop)
{
    /// <summary>The seed of the order of the tests.</summary>
    public int Seed => run.Options.Seed;

    /// <inheritdoc/>
    public override async ValueTask<RunSummary> RunTestCollection(
        IXunitTestCollection testCollection, IReadOnlyCollection<IXunitTestCase> testCases)
    {
        var records = run.RecordsOf(testCases);
        var work = ExecutionScheduler.EnsureParallel(() => new SeededCollectionRunner(Seed)
            .Run(testCollection, testCases, ExplicitOption, MessageBus, Aggregator.Clone(), CancellationTokenSource, ParallelMode,
                Scheduler, AssemblyFixtureMappings), CancellationToken.None).AsTask();
        var over = run.OverAsync(records, clock => clock.CollectionGivenUp);
        if (await Task.WhenAny(work, over) == work) return await work;
        await run.PlanAsync(records);
        return run.Bus.GiveUpCollection(testCollection, records);
    }

    /// <inheritdoc/>
    protected override IMessageBus CreateMessageBus() =>
        run.Bus = new(base.CreateMessageBus(), run, TestAssembly.UniqueID, CancellationTokenSource);
}
