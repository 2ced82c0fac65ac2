using ChainBridge.TestKit.Runs.Order;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Attempts;

/// <summary>xUnit's runner of a test case, with a scope for each of its tests.</summary>
internal sealed class ScopedTestCaseRunner : XunitTestCaseRunnerBase<ScopedTestCaseContext, IXunitTestCase, IXunitTest>
{
    /// <summary>Runs.</summary>
    public static async ValueTask<RunSummary> RunAsync(ScopedTestCaseContext context)
    {
        await using (context)
        {
            await context.InitializeAsync();
            return await new ScopedTestCaseRunner().Run(context);
        }
    }
}

/// <summary>What the runner works on.</summary>
/// <param name="policy">How often a failing test is tried again, and whether it is quarantined.</param>
/// <param name="verdicts">Judges what its attempts come to.</param>
/// <param name="open">Makes the scope of a test that begins.</param>
internal sealed class ScopedTestCaseContext(
    IXunitTestCase testCase, IReadOnlyCollection<IXunitTest> tests, ExplicitOption explicitOption, IMessageBus messageBus,
    ExceptionAggregator aggregator, CancellationTokenSource cancellation,
    ParallelMode parallelMode, ExecutionScheduler scheduler, object?[] constructorArguments, FixtureMappingManager fixtures,
    CasePolicy policy, Verdicts verdicts, Func<IXunitTest, ScopedTest> open)
    : XunitTestCaseRunnerBaseContext<IXunitTestCase, IXunitTest>(testCase, tests, explicitOption, messageBus, aggregator,
        testCase.TestCaseDisplayName, testCase.SkipReason, cancellation, parallelMode, scheduler, constructorArguments, fixtures)
{
    /// <inheritdoc/>
    public override async ValueTask<RunSummary> RunTest(IXunitTest test)
    {
        var failures = new List<ITestFailed>();
        while (true)
        {
            var attempt = new AttemptBus(MessageBus, isFirst: failures.Count == 0);
            var summary = await AttemptAsync(test, attempt);
            // One that was left running is not tried again beside itself.
            if (attempt.Result is ITestFailed { Cause: not FailureCause.Timeout } failed && failures.Count < policy.Retries
                && !CancellationTokenSource.IsCancellationRequested) failures.Add(failed);
            else return await ReportAsync(attempt, failures, summary);
        }
    }

    private async ValueTask<RunSummary> AttemptAsync(IXunitTest test, AttemptBus bus)
    {
        await using var context = new XunitTestRunnerContext(test, ExplicitOption, bus, Aggregator.Clone(), CancellationTokenSource,
            ParallelMode, Scheduler, BeforeAfterTestAttributes, ConstructorArguments, CaseFixtureMappings);
        await context.InitializeAsync();
        return await new ScopedTestRunner(open).RunAsync(context);
    }

    private async ValueTask<RunSummary> ReportAsync(AttemptBus attempt, List<ITestFailed> failures, RunSummary summary)
    {
        var goOn = true;
        if (attempt.Result is { } last)
        {
            var result = verdicts.Judge(last, failures, policy.Quarantine, policy.Retries + 1);
            (summary.Failed, summary.Skipped) = (result is ITestFailed ? 1 : 0, result is ITestSkipped ? 1 : 0);
            goOn = MessageBus.QueueMessage(result);
        }

        if (attempt.Finished is { } finished) goOn &= MessageBus.QueueMessage(finished);
        if (!goOn) await CancellationTokenSource.CancelAsync();
        return summary;
    }
}

/// <summary>
/// xUnit's runner of one test. Evidence is collected between the test method (with its before and after attributes) and
/// the disposal of its class; the parts end after that, because the class may still use them.
/// </summary>
internal sealed class ScopedTestRunner(Func<IXunitTest, ScopedTest> open) : XunitTestRunnerBase<XunitTestRunnerContext, IXunitTest>
{
    private ScopedTest? _scoped;
    private bool _collected;

    /// <summary>Runs.</summary>
    public ValueTask<RunSummary> RunAsync(XunitTestRunnerContext context) => Run(context);

    /// <inheritdoc/>
    protected override async ValueTask<TimeSpan> RunTest(XunitTestRunnerContext ctxt)
    {
        _scoped = open(ctxt.Test);
        _scoped.Scope.Open();
        var taken = await base.RunTest(ctxt);
        // Once more for what failed outside of the method: its constructor, its disposal, its timeout.
        await CollectAsync(ctxt);
        await ctxt.Aggregator.RunAsync(async () => await _scoped.EndAsync(Ending(ctxt)));
        return taken;
    }

    // xUnit asks before it disposes the instance, and then reports it: the one place between the two that may wait.
    /// <inheritdoc/>
    protected override bool IsTestClassDisposable(XunitTestRunnerContext ctxt, object testClassInstance) => true;

    /// <inheritdoc/>
    protected override async ValueTask DisposeTestClassInstance(XunitTestRunnerContext ctxt, object testClassInstance)
    {
        await CollectAsync(ctxt);
        await base.DisposeTestClassInstance(ctxt, testClassInstance);
    }

    /// <inheritdoc/>
    protected override ValueTask<TimeSpan> InvokeTest(XunitTestRunnerContext ctxt, object? testClassInstance)
    {
        ValueTask<TimeSpan> taken = default;
        _scoped!.Method.Run(() => taken = base.InvokeTest(ctxt, testClassInstance));
        return taken;
    }

    private static TestEnding Ending(XunitTestRunnerContext context)
    {
        var failure = context.Aggregator.ToException();
        if (failure is null || context.GetSkipReason(failure) is not null) return TestEnding.Passed;
        // xUnit's own timeout does not wait for the test: it may go on.
        return new(Failed: true, GivenUp: failure is ITestTimeoutException
            or AggregateException { InnerExceptions: [ITestTimeoutException, ..] }, failure.Message);
    }

    private async Task CollectAsync(XunitTestRunnerContext context)
    {
        if (_scoped is null || _collected || Ending(context) is not { Failed: true } ending) return;
        _collected = true;
        if (await _scoped.CollectAsync(ending) is { } line) TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
