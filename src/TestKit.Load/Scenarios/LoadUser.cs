namespace ChainBridge.TestKit.Load;

/// <summary>
/// One user: it does one iteration at a time, and what it keeps is its own. In the open model an arrival takes a user that is free.
/// </summary>
public sealed class LoadUser
{
    private IStepSink _sink;
    private CancellationToken _given;
    private volatile bool _abandoned;
    private bool _firstStep;
    private TimeSpan _thought;
    private long _deadline, _received;

    internal LoadUser(int number, IStepSink sink, LoadHttp http) => (Number, _sink, Http) = (number, sink, http);

    /// <summary>From 0; no other user of the run has it.</summary>
    public int Number { get; }

    /// <summary>
    /// The number of the arrival or, in the closed model, of the iteration, over all generators; none comes twice in a run, and the
    /// load goes on where the warm-up ended.
    /// </summary>
    public long Iteration { get; private set; }

    /// <summary>When this iteration was due, from the beginning of the run.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>The client for the target.</summary>
    public LoadHttp Http { get; }

    /// <summary>Whatever the scenario wants to keep for this user: a token, a basket, a connection.</summary>
    public object? State { get; set; }

    /// <summary>Whether a step of this iteration has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Where its time is taken from.</summary>
    public TimeProvider Time => _sink.Time;

    internal TimeSpan Thought => _thought;

    /// <summary>The kind of the first step of this iteration that failed; null when none did.</summary>
    internal string? FirstFailure { get; private set; }

    /// <summary>Bytes that the steps of this iteration received.</summary>
    internal long Received => Interlocked.Read(ref _received);

    /// <summary>Is cancelled when a step takes longer than the plan's timeout, and when the run is broken off.</summary>
    internal CancellationTokenSource Cancel { get; private set; } = new();

    /// <summary>The token that the iteration under way was given.</summary>
    internal CancellationToken Given => _given;

    /// <summary>When the step under way has to be over, from the beginning of the run; null between steps.</summary>
    internal TimeSpan? Deadline => _deadline is var ticks && ticks == 0 ? null : TimeSpan.FromTicks(ticks);

    /// <summary>Does one named step and takes its time; what it throws fails the step and ends the iteration.</summary>
    /// <param name="step">Gets the token of this step: an earlier one that took too long leaves it alone.</param>
    public async ValueTask StepAsync(string name, Func<CancellationToken, ValueTask> step, CancellationToken cancellationToken)
    {
        var began = StepBegins();
        try
        {
            await step(Current(cancellationToken)).ConfigureAwait(false);
            StepSucceeded(name, began);
        }
        catch (Exception failure)
        {
            StepFailed(name, began, FailureKind.Of(failure));
            throw new LoadStepException(name, failure);
        }
    }

    /// <summary>A pause as a person makes it; it is not part of the iteration's time.</summary>
    public async ValueTask ThinkAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var began = _sink.Now;
        await Task.Delay(pause, _sink.Time, Current(cancellationToken)).ConfigureAwait(false);
        _thought += _sink.Now - began;
    }

    /// <summary>Begins a step whose end is said with the token that is returned: for helpers, which allocate nothing so.</summary>
    public StepStart StepBegins()
    {
        var now = _sink.Now;
        var start = new StepStart(_firstStep ? Due : now, now);
        _firstStep = false;
        _deadline = (now + _sink.StepTimeout).Ticks;
        return start;
    }

    /// <summary>The step did what was expected.</summary>
    public void StepSucceeded(string name, StepStart start, long received = 0)
    {
        _deadline = 0;
        // Steps may run beside each other.
        Interlocked.Add(ref _received, received);
        var now = _sink.Now;
        _sink.Of(name).Succeeded(now - start.Due, now - start.Began, received);
    }

    /// <summary>The step did not.</summary>
    /// <param name="kind">A few words that are the same for failures alike, as <c>status 503</c>.</param>
    public void StepFailed(string name, StepStart start, string kind, long received = 0)
    {
        (HasFailed, _deadline) = (true, 0);
        FirstFailure ??= kind;
        Interlocked.Add(ref _received, received);
        _sink.Of(name).Failed(_sink.Now - start.Due, kind, received);
    }

    /// <param name="sink">That of this iteration: the warm-up, or the load.</param>
    internal void Begins(IStepSink sink, long iteration, TimeSpan due)
    {
        _sink = sink;
        (Iteration, Due, HasFailed, _firstStep, _thought, _deadline) = (iteration, due, false, true, TimeSpan.Zero, 0);
        (FirstFailure, _received, _abandoned) = (null, 0, false);
        if (Cancel.IsCancellationRequested) Cancel = new();
        _given = Cancel.Token;
    }

    /// <summary>
    /// The token for what is done now, in place of the iteration's: that stays cancelled when a step took too long, and the steps after
    /// it would count as timeouts too. Any other token is answered as it is.
    /// </summary>
    internal CancellationToken Current(CancellationToken token)
    {
        if (token != _given) return token;
        if (!_abandoned && Cancel.IsCancellationRequested) Cancel = new();
        // The run may have been broken off in between.
        if (_abandoned) Cancel.Cancel();
        return Cancel.Token;
    }

    /// <summary>The run is broken off: this iteration does no more.</summary>
    internal void Abandon()
    {
        _abandoned = true;
        Cancel.Cancel();
    }
}

/// <summary>When a step was due and when it was begun, from the beginning of the run.</summary>
public readonly record struct StepStart(TimeSpan Due, TimeSpan Began);
