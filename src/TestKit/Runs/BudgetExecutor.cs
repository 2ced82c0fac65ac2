using ChainBridge.TestKit.Categories;
using ChainBridge.TestKit.Diagnostics;
using ChainBridge.TestKit.Runs.Attempts;
using ChainBridge.TestKit.Runs.Clocks;
using ChainBridge.TestKit.Runs.Endings;
using ChainBridge.TestKit.Runs.Ladder;
using ChainBridge.TestKit.Runs.Order;
using ChainBridge.TestKit.Runs.Results;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs;

/// <summary>Runs the selected tests under the budgets of their categories.</summary>
internal sealed class BudgetExecutor(IXunitTestAssembly assembly, Func<string, string?> variable, TimeProvider time, TextWriter log)
    : XunitTestFrameworkExecutor(assembly)
{
    /// <summary>Collects the evidence of a test that failed.</summary>
    private static CollectEvidence Collect => FailureBundle.CollectAndLinkAsync;

    private string Name => TestAssembly.Assembly.GetName().Name!;

    /// <inheritdoc/>
    public override async ValueTask RunTestCases(IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink,
        ITestFrameworkExecutionOptions executionOptions, CancellationToken cancellationToken)
    {
        var durations = Durations.From(variable, Name, AppContext.BaseDirectory);
        var (run, order, plan) = NewRun(testCases, executionOptions, durations);
        using (run)
        using (new Watchdog(run, Log))
        using (new ExitWatch(run, Name, log))
        using (new Signals(run, Name, log))
        using (new UnhandledExceptions(run))
        using (cancellationToken.Register(() => run.Interrupt($"The run was cancelled from outside: {run.RunningTests()}")))
        {
            run.Secrets.Open(variable);
            Log(order);
            Try("the unfinished result file was not written",
                () => run.Unfinished = UnfinishedFile.Begin(variable(CtrfFile.Variable), Name, plan, run.Records, time));
            using var unfinished = run.Unfinished;
            using var notice = unfinished is null ? null : DeathNotice.Start(Name, unfinished.Path);
            var context = new BudgetedContext(run, TestAssembly, executionMessageSink, executionOptions);
            await using (context)
            {
                await context.InitializeAsync();
                await BudgetedAssemblyRunner.RunAsync(context, run);
            }

            if (run.Refusal is null) Try("how long the tests took was not recorded", () => durations.Write(run.Taken(), run.Options.Shard));
            var report = run.Report(Name, order, plan);
            if (variable(StepSummary.Variable) is { Length: > 0 } page)
                Try("the step summary was not written", () => StepSummary.Append(page, report));
            if (variable(CtrfFile.Variable) is { Length: > 0 } folder)
                Try("the CTRF file was not written", () => CtrfFile.Write(folder, report));
            unfinished?.End();
        }
    }

    private void Log(string line) => log.WriteLine($"ChainBridge.TestKit: {Name}: {line}");

    private (BudgetedRun Run, string Order, ShardPlan? Plan) NewRun(
        IReadOnlyCollection<IXunitTestCase> testCases, ITestFrameworkExecutionOptions executionOptions, Durations durations)
    {
        var shared = new SharedTime(SharedTime.DefaultRoot, RunIdentity.Find(variable, Environment.ProcessId), Name, time);
        try
        {
            var options = RunOptions.From(variable, executionOptions.Seed() ?? Random.Shared.Next(1_000_000));
            var budgets = Budgets.From(variable);
            var selection = Selection.Of(testCases, options, durations.Read);
            return (new(selection.Cases, budgets, options, shared, Collect, time),
                $"{RunOptions.SeedVariable}={options.Seed}{selection.Words}", selection.Plan);
        }
        catch (FormatException problem)
        {
            // Thrown from here it would leave some runners waiting for ever.
            return (new(testCases, Budgets.OfNone, new(Seed: 0), shared, Collect, time, refusal: problem.Message), problem.Message, null);
        }
    }

    /// <summary>The tests have run: a report file that cannot be written does not fail the run, but is logged.</summary>
    private void Try(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            log.WriteLine($"ChainBridge.TestKit: {what}: {problem.Message}");
        }
    }
}
