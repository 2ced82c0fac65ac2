using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Cases;
using ChainBridge.TestKit.Runs.Order;
using ChainBridge.TestKit.Runs.Theories;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Ladder;

/// <summary>
/// A test case that runs under the clock of its category: not at all when that is over, and not for longer than it lasts.
/// Each of its tests has a scope, with a category or without.
/// </summary>
internal sealed class BudgetedTestCase(CaseRecord record, BudgetedRun run) : ISelfExecutingXunitTestCase
{
    private static readonly TimeSpan GivingUp = TimeSpan.FromSeconds(1);
    private readonly IXunitTestCase _inner = record.Case;
    private EndlessDataException? _endless;

    /// <inheritdoc/>
    public async ValueTask<RunSummary> Run(ExplicitOption explicitOption, IMessageBus messageBus, object?[] constructorArguments,
        ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource,
        ParallelMode parallelMode, ExecutionScheduler scheduler, FixtureMappingManager methodFixtureMappings)
    {
        if (record.SkippedByPolicy is not null && record.Case.SkipReason is null) return run.Bus.GiveUp(record, withParents: false);
        if (record.NeverRuns(explicitOption)) return await RunInner(cancellationTokenSource);
        var refused = run.Refusal is not null || record.Policy.Problem is not null;
        var clock = record.Clock;
        if (refused || clock.Verdict is not null)
        {
            await run.PlanAsync([record]);
            return run.Bus.GiveUp(record, withParents: false);
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationTokenSource.Token, clock.Spent);
        var work = ExecutionScheduler.EnsureParallel(() => RunInner(stop), CancellationToken.None).AsTask();
        // The one that is given up may still look at its token: it is not disposed then.
        if (await Task.WhenAny(work, clock.TestGivenUp) != work) return await GiveUpAsync();
        await work;
        var stopped = stop.IsCancellationRequested && clock.Verdict is null;
        stop.Dispose();
        // "Stop on the first failure" cancels through the token of the test.
        if (stopped) await cancellationTokenSource.CancelAsync();
        return run.Bus.SummaryOf(record);

        async ValueTask<RunSummary> RunInner(CancellationTokenSource cancellation)
        {
            // A case that brings a runner of its own has no scopes: the framework cannot see when its tests begin.
            if (_inner is ISelfExecutingXunitTestCase self)
                return await self.Run(explicitOption, messageBus, constructorArguments, aggregator, cancellation, parallelMode, scheduler,
                    methodFixtureMappings);
            var creation = new ExceptionAggregator();
            var tests = await creation.RunAsync(CreateTests, []);
            // xUnit knows how to report a case whose tests cannot be made.
            if (creation.HasExceptions || tests.Count == 0)
                return await XunitRunnerHelper.RunXunitTestCase(this, messageBus, cancellation, parallelMode, scheduler, aggregator,
                    explicitOption, constructorArguments, methodFixtureMappings);
            var ordered = SeededMethodRunner.OrderTests(this, tests, run.Options.Seed);
            return await ScopedTestCaseRunner.RunAsync(new(this, ordered, explicitOption, messageBus, aggregator, cancellation,
                parallelMode, scheduler, constructorArguments, methodFixtureMappings, record.Policy, run.Verdicts, record.OpenScope));
        }
    }

    /// <summary>
    /// The test is left behind; what it holds is not: its evidence is collected, if that is quick, and its parts
    /// end while it may still run.
    /// </summary>
    private async ValueTask<RunSummary> GiveUpAsync()
    {
        var ending = new TestEnding(Failed: true, GivenUp: true, "it was running and did not end when it was cancelled");
        // The rows of a theory that had ended before are not asked again.
        var left = record.Scopes.Where(scoped => !scoped.IsOver).ToList();
        await Task.WhenAny(Task.WhenAll(left.Select(scoped => scoped.CollectAsync(ending))), Task.Delay(GivingUp, run.Time));
        var summary = run.Bus.GiveUp(record, withParents: false);
        left.ForEach(scoped => scoped.Method.End());
        await Task.WhenAny(Task.WhenAll(left.Select(scoped => scoped.EndAsync(ending))), Task.Delay(GivingUp, run.Time));
        return summary;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyCollection<IXunitTest>> CreateTests()
    {
        // xUnit asks again to report why there are none.
        if (_endless is not null) throw _endless;
        var tests = MayBeEndless ? await ReadAsync() : await _inner.CreateTests();
        lock (run.Gate) record.Planned = tests;
        return tests;
    }

    /// <summary>Only a case whose rows are not known yet reads them; and a case of another kind may do anything.</summary>
    private bool MayBeEndless =>
        (_inner is not XunitTestCase || _inner is XunitDelayEnumeratedTheoryTestCase) && TheoryRows.AreComputed(_inner.TestMethod);

    private async Task<IReadOnlyCollection<IXunitTest>> ReadAsync()
    {
        lock (run.Gate) record.Reading = TheoryRows.Describe(_inner.TestMethod);
        try
        {
            var tests = await TheoryRows.ReadAsync(_inner.TestMethod, _inner.CreateTests, run.Time, record.Clock.Spent);
            lock (run.Gate) record.Reading = null;
            return tests;
        }
        catch (EndlessDataException endless)
        {
            _endless = endless;
            throw;
        }
    }

    // All the rest is the case's own.
    public void PreInvoke() => _inner.PreInvoke();
    public void PostInvoke() => _inner.PostInvoke();
    public bool DisableParallelization => _inner.DisableParallelization;
    public bool Explicit => _inner.Explicit;
    public Type[]? SkipExceptions => _inner.SkipExceptions;
    public string? SkipReason => _inner.SkipReason;
    public Type? SkipType => _inner.SkipType;
    public string? SkipUnless => _inner.SkipUnless;
    public string? SkipWhen => _inner.SkipWhen;
    public string? SourceFilePath => _inner.SourceFilePath;
    public int? SourceLineNumber => _inner.SourceLineNumber;
    public string TestCaseDisplayName => _inner.TestCaseDisplayName;
    public IXunitTestClass TestClass => _inner.TestClass;
    public int? TestClassMetadataToken => _inner.TestClassMetadataToken;
    public string TestClassName => _inner.TestClassName;
    public string? TestClassNamespace => _inner.TestClassNamespace;
    public string TestClassSimpleName => _inner.TestClassSimpleName;
    public IXunitTestCollection TestCollection => _inner.TestCollection;
    public IXunitTestMethod TestMethod => _inner.TestMethod;
    public int TestMethodArity => _inner.TestMethodArity;
    public int TestMethodMetadataToken => _inner.TestMethodMetadataToken;
    public string TestMethodName => _inner.TestMethodName;
    public string[] TestMethodParameterTypesVSTest => _inner.TestMethodParameterTypesVSTest;
    public string TestMethodReturnTypeVSTest => _inner.TestMethodReturnTypeVSTest;
    public int Timeout => _inner.Timeout;
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Traits => _inner.Traits;
    public string UniqueID => _inner.UniqueID;
    ICoreTestClass ICoreTestCase.TestClass => _inner.TestClass;
    ICoreTestCollection ICoreTestCase.TestCollection => _inner.TestCollection;
    ICoreTestMethod ICoreTestCase.TestMethod => _inner.TestMethod;
    ITestClass? ITestCase.TestClass => _inner.TestClass;
    ITestCollection ITestCase.TestCollection => _inner.TestCollection;
    ITestMethod? ITestCase.TestMethod => _inner.TestMethod;
    int? ITestCaseMetadata.TestMethodArity => _inner.TestMethodArity;
    int? ITestCaseMetadata.TestMethodMetadataToken => _inner.TestMethodMetadataToken;
}
