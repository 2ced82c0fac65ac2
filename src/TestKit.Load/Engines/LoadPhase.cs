using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ChainBridge.TestKit.Load.Engines;

/// <summary>
/// One schedule carried out: the warm-up, or the load that is measured. Its recorders are its own; its users may have done another
/// before, and what they keep is theirs.
/// </summary>
internal sealed class LoadPhase : IStepSink
{
    private readonly ConcurrentDictionary<string, StepRecorder> _steps = new();
    private readonly LoadPlan _plan;
    private readonly ILoadScenario _scenario;
    private readonly RunClock _clock;
    private readonly StepRecorder? _iterations;
    private readonly StepRecorder _lag = new("lag");
    private readonly Func<int, LoadUser> _make;
    private long _begun, _ended, _dropped, _late, _heldTicks, _mostInFlight, _lastEnd;
    private volatile bool _over;

    public LoadPhase(
        LoadPlan plan, ILoadScenario scenario, LoadHttp http, UserPool users, int generator, int generators, TimeProvider time)
    {
        (_plan, _scenario, _clock) = (plan, scenario, new RunClock(time));
        // Of a scenario of one request the request is the iteration.
        if (plan.Scenario is not HttpScenario { Steps.Count: 1 }) _iterations = Of(StepMeasure.Iteration);
        Users = users;
        _make = number => new LoadUser(generator + (number * generators), this, http);
    }

    public UserPool Users { get; }

    public TimeProvider Time => _clock.Time;

    public TimeSpan Now => _clock.Now;

    public TimeSpan StepTimeout => _plan.StepTimeout;

    public bool IsOver => _over;

    public long Begun => Volatile.Read(ref _begun);

    public long InFlight => Volatile.Read(ref _begun) - Volatile.Read(ref _ended);

    public long MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>When the newest iteration that has ended did.</summary>
    public TimeSpan LastEnd => TimeSpan.FromTicks(Volatile.Read(ref _lastEnd));

    public long Dropped => Volatile.Read(ref _dropped);

    public long Late => Volatile.Read(ref _late);

    /// <summary>How long beginning an iteration held its thread, on average.</summary>
    public double HeldMicroseconds => Begun == 0 ? 0 : Stopwatch.GetElapsedTime(0, Volatile.Read(ref _heldTicks)).TotalMicroseconds / Begun;

    public StepRecorder Of(string step) => _steps.TryGetValue(step, out var known) ? known : _steps.GetOrAdd(step, name => new(name));

    /// <summary>What came of each step since the last time.</summary>
    public IReadOnlyList<StepWindow> Collect() => [.. _steps.Values.Select(step => step.Collect())];

    public IReadOnlyList<StepMeasure> Totals() =>
        [.. _steps.Values.Select(step => step.Total).OrderBy(step => step.Name != StepMeasure.Iteration)
            .ThenBy(step => step.Name, StringComparer.Ordinal)];

    public Latencies Lag()
    {
        _lag.Collect();
        return _lag.Total.Latency;
    }

    /// <summary>A user that is free.</summary>
    public LoadUser Take() => Users.Take(_make);

    /// <summary>No further iteration begins.</summary>
    public void End() => _over = true;

    /// <summary>Begins an iteration that is due; returns as soon as it waits for something.</summary>
    public void Begin(long number, TimeSpan due)
    {
        var lag = Now - due;
        _lag.Succeeded(lag, lag);
        if (lag > _plan.Late) Interlocked.Increment(ref _late);
        if (InFlight >= _plan.MaxInFlight)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var began = Stopwatch.GetTimestamp();
        _ = ArrivalAsync(Take(), number, due);
        Interlocked.Add(ref _heldTicks, Stopwatch.GetTimestamp() - began);
    }

    /// <summary>One iteration of a user of the closed model, to its end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask IterateAsync(LoadUser user, long number, TimeSpan due)
    {
        user.Begins(this, number, due);
        var inFlight = Interlocked.Increment(ref _begun) - Volatile.Read(ref _ended);
        if (inFlight > Volatile.Read(ref _mostInFlight)) Volatile.Write(ref _mostInFlight, inFlight);
        var began = Now;
        string? failed = null;
        try
        {
            await _scenario.RunAsync(user, user.Given).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            failed = FailureKind.Of(failure);
        }

        if (_iterations is not null)
        {
            var now = Now - user.Thought;
            // An iteration failed of what its first step did: later ones, and what is thrown of it, only follow.
            if ((user.FirstFailure ?? failed) is { } kind) _iterations.Failed(now - due, kind, user.Received);
            else _iterations.Succeeded(now - due, now - began, user.Received);
        }
        else if (failed is not null && !user.HasFailed) Of(((HttpScenario)_plan.Scenario).Steps[0].Name).Failed(Now - due, failed);

        Volatile.Write(ref _lastEnd, Now.Ticks);
        Interlocked.Increment(ref _ended);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ArrivalAsync(LoadUser user, long number, TimeSpan due)
    {
        await IterateAsync(user, number, due).ConfigureAwait(false);
        Users.Return(user);
    }
}
