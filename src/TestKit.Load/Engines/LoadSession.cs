using System.Diagnostics;

namespace ChainBridge.TestKit.Load.Engines;

/// <summary>One generator's part of a run, in this process: set up, warm up, load, drain, clean up.</summary>
internal sealed class LoadSession(LoadPlan plan, ILoadScenario scenario, int generator, int generators, TimeProvider time, IPacer pacer)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan HopelesslyLate = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly UserPool _users = new();

    /// <summary>Whether the measurement has its windows; not where they were told to a watcher, which keeps them.</summary>
    public bool KeepsWindows { get; init; } = true;

    /// <summary>Whether this process was started to generate: then what started it belongs to the load too.</summary>
    public bool InChild { get; init; }

    /// <summary>Ends the load before its time.</summary>
    public void End(string reason) => _ended.TrySetResult(reason);

    /// <summary>Runs it.</summary>
    /// <param name="ready">Awaited between the setup and the load: generators begin together.</param>
    /// <param name="watcher">Sees this generator's windows.</param>
    public async Task<LoadMeasurement> RunAsync(Func<Task> ready, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(() => End("it was cancelled"));
        using var http = new LoadHttp(plan.Http, plan.Target);
        try
        {
            await scenario.SetUpAsync(new(plan.Target, plan.Settings, http, generator, time), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Also of a setup that was cancelled: what it made until then is to be taken away.
            await CleanUpAsync(null).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return new()
            {
                Scenario = plan.Name, StartedAt = time.GetUtcNow(),
                Broken = $"the setup failed: {failure.GetType().Name}: {failure.Message}",
            };
        }

        try
        {
            return await MeasureAsync(http, ready, watcher, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CleanUpAsync(null).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<LoadMeasurement> MeasureAsync(
        LoadHttp http, Func<Task> ready, ILoadWatcher? watcher, CancellationToken cancellationToken)
    {
        var watch = new MachineWatch(time, plan.Target, InChild);
        var started = (time.GetUtcNow() - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalMilliseconds;
        // A load without a warm-up begins at once, and knows less of the machine.
        await watch.LookAsync(others: plan.WarmUp > TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
        await ready().ConfigureAwait(false);
        // The load counts on from the warm-up: what is to be new each time, as the key of a payment, is new.
        var first = 0L;
        if (plan.WarmUp > TimeSpan.Zero && !_ended.Task.IsCompleted)
            first = (await PhaseAsync(plan with { Shape = WarmUp.Of(plan) }, http, 0, null, new LoadMeasurement(), cancellationToken)
                .ConfigureAwait(false)).Next;
        watch.Begins();
        var measured = new LoadMeasurement { Scenario = plan.Name, StartedAt = time.GetUtcNow() };
        var (cpu, pauses, began) = (Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), time.GetTimestamp());
        var phase = await PhaseAsync(plan, http, first, watcher, measured, cancellationToken).ConfigureAwait(false);
        var took = time.GetElapsedTime(began);
        measured.Generators.Add(new(generator, Environment.MachineName, Ratio(Environment.CpuUsage.TotalTime - cpu, took),
            Ratio(GC.GetTotalPauseDuration() - pauses, took), phase.PoolQueue, phase.Phase.MostInFlight, phase.Phase.HeldMicroseconds,
                started)
        {
            PeakMegabytes = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6,
            ClockStep = (time.GetUtcNow() - measured.StartedAt) - took, Machine = await watch.EndsAsync().ConfigureAwait(false),
        });
        await CleanUpAsync(measured).ConfigureAwait(false);
        return measured;
    }

    /// <param name="Next">The number with which a phase after it goes on.</param>
    private sealed record Ran(LoadPhase Phase, long PoolQueue, long Next);

    private async Task<Ran> PhaseAsync(
        LoadPlan part, LoadHttp http, long first, ILoadWatcher? watcher, LoadMeasurement into, CancellationToken cancellationToken)
    {
        var phase = new LoadPhase(part, scenario, http, _users, generator, generators, time);
        var open = part.Shape is UserCounts ? null : new OpenModel(phase, part.Shape, generator, generators, first, pacer);
        var closed = part.Shape is UserCounts users ? new ClosedModel(phase, users, generator, generators, first) : null;
        var load = open?.RunAsync() ?? closed!.RunAsync();
        var windows = new WindowCutter(phase, part.Window, watcher, KeepsWindows);
        var (queue, scheduleEnded, over) = (0L, (TimeSpan?)null, false);
        while (!over)
        {
            // Not with the token: a cancelled run still waits for its users to let go, and keeps what it has.
            await Task.Delay(Look, time, CancellationToken.None).ConfigureAwait(false);
            var now = phase.Now;
            queue = Math.Max(queue, ThreadPool.PendingWorkItemCount);
            phase.Users.CancelOverdue(now);
            if (windows.Cut(now) is { } enough) End(enough);
            if (_ended.Task.IsCompleted || (part.Shape is UserCounts && now >= part.Shape.Duration)) phase.End();
            if (cancellationToken.IsCancellationRequested) phase.Users.CancelAll();
            // So far behind that it will not catch up: what is still sent is another load than the one that was asked for.
            if (open is not null && now > part.Shape.Duration + HopelesslyLate) phase.End();
            if (phase.IsOver || load.IsCompleted) scheduleEnded ??= now;
            over = scheduleEnded is { } ended && ((phase.InFlight == 0 && load.IsCompleted) || now - ended > part.Drain);
        }

        into.Unfinished = phase.InFlight;
        // Completions over the time that really passed: an early end shortens it, late answers lengthen it.
        into.Elapsed = _ended.Task.IsCompleted || phase.LastEnd > part.Shape.Duration ? phase.LastEnd : part.Shape.Duration;
        windows.Finish(phase.Now);
        // Counted as unfinished already; the exceptions of their cancellation tell nothing more.
        phase.Users.CancelAll();
        into.Windows.AddRange(windows.All);
        into.Steps.AddRange(phase.Totals());
        into.Lag.Add(phase.Lag());
        (into.Late, into.Begun, into.Dropped, into.Due) = (phase.Late, phase.Begun, phase.Dropped, open?.Due ?? phase.Begun);
        if (_ended.Task.IsCompleted) into.EndedEarly = await _ended.Task.ConfigureAwait(false);
        if (load.IsFaulted) into.Broken = $"the generator failed: {load.Exception.InnerException?.Message}";
        return new(phase, queue, closed?.Next ?? first + Arrivals(part.Shape));
    }

    /// <summary>How many numbers a schedule has, over all generators.</summary>
    private static long Arrivals(LoadShape shape) => shape is ArrivalRates rates ? (long)Math.Ceiling(rates.Expected) : 0;

    private async Task CleanUpAsync(LoadMeasurement? measured)
    {
        try
        {
            // Also after a cancellation: what the setup made is to be taken away.
            await scenario.CleanUpAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (measured is not null)
        {
            measured.Broken ??= $"the clean-up failed: {failure.GetType().Name}: {failure.Message}";
        }
        catch (Exception)
        {
            // After a failed setup its own message is the one that counts.
        }
    }

    private static double Ratio(TimeSpan part, TimeSpan whole) => whole <= TimeSpan.Zero ? 0 : part / whole;
}
