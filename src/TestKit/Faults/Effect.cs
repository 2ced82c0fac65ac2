namespace ChainBridge.TestKit.Faults;

/// <summary>What a toxic does to one direction of one connection. Called for one piece after the other, never at once.</summary>
/// <param name="order">Its place: a piece passes from lower to higher.</param>
/// <param name="before">What it takes over from, when that may finish what it holds: both are over at once.</param>
internal abstract class Effect(Flow flow, int order, Effect? before = null)
{
    private readonly CancellationTokenSource _over = before?._over ?? new();

    /// <inheritdoc cref="Effect(Flow, int, Effect?)"/>
    public int Order { get; } = order;

    protected Flow Flow { get; } = flow;

    /// <summary>It was taken away: what it holds back goes on at once.</summary>
    protected bool IsOver => _over.IsCancellationRequested;

    /// <summary>It begins to act.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Lets a piece pass, later, changed, or not at all.</summary>
    public virtual ValueTask PassAsync(Piece piece) => OnAsync(piece);

    /// <summary>Called before the end of the stream is passed on.</summary>
    public virtual ValueTask BeforeEndAsync() => ValueTask.CompletedTask;

    /// <summary>It acts on nothing new.</summary>
    /// <param name="next">What comes in its place.</param>
    public virtual void End(Effect? next)
    {
        if (next?._over != _over) _ = _over.CancelAsync();
    }

    /// <summary>Hands the piece to the next effect, or to the socket.</summary>
    protected ValueTask OnAsync(Piece piece) => Flow.PassAsync(Order, piece);

    /// <summary>Waits at least so long, but no longer than it acts and the connection lives.</summary>
    protected async ValueTask WaitAsync(TimeSpan time)
    {
        if (time <= TimeSpan.Zero || IsOver) return;
        var began = Flow.Time.GetTimestamp();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, Flow.Closed);
        // Timers count whole milliseconds and come a little early: what is missing is waited for again.
        for (var left = time; left > TimeSpan.Zero && !either.IsCancellationRequested; left = time - Flow.Time.GetElapsedTime(began))
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Flow.Time, either.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>A toxic that acts on the proxy and not on its connections.</summary>
internal sealed class NoEffect(Flow flow, int order) : Effect(flow, order);

internal sealed class LatencyEffect(Latency toxic, Flow flow, int order, Random random, LatencyEffect? before) : Effect(flow, order, before)
{
    /// <summary>What came before this has the delay that it came under.</summary>
    private readonly LatencyEffect? _before = flow.BytesWaiting > 0 ? before : null;

    private readonly long _first = flow.Pieces + 1;

    public override async ValueTask PassAsync(Piece piece)
    {
        if (_before is not null && piece.Number < _first)
        {
            await _before.PassAsync(piece);
            return;
        }

        var delay = toxic.Delay + (toxic.Jitter * ((random.NextDouble() * 2) - 1));
        if (delay < TimeSpan.Zero) delay = TimeSpan.Zero;
        // From its arrival, not from now: pieces that came together leave together.
        await WaitAsync(delay - Flow.Time.GetElapsedTime(piece.Arrived));
        // Another latency behind this one counts from where this one ended, for the same reason.
        await OnAsync(piece with { Arrived = piece.Arrived + (long)(delay.TotalSeconds * Flow.Time.TimestampFrequency) });
    }
}

internal sealed class BandwidthEffect(Bandwidth toxic, Flow flow, int order) : Effect(flow, order)
{
    /// <summary>How often the data of a second is let through.</summary>
    private const int Strokes = 20;

    /// <summary>When the line will have carried all that passed so far.</summary>
    private long _free = flow.Time.GetTimestamp();

    public override async ValueTask PassAsync(Piece piece)
    {
        var stroke = (int)Math.Clamp(toxic.BytesPerSecond / Strokes, 1, int.MaxValue);
        for (var rest = piece.Data; !rest.IsEmpty;)
        {
            var part = IsOver ? rest : rest[..Math.Min(stroke, rest.Length)];
            // From when it could have begun, not from now: a wait that was a little long is made up for.
            _free = Math.Max(_free, piece.Arrived) + (long)((double)part.Length / toxic.BytesPerSecond * Flow.Time.TimestampFrequency);
            await WaitAsync(Flow.Time.GetElapsedTime(Flow.Time.GetTimestamp(), _free));
            await OnAsync(piece with { Data = part });
            rest = rest[part.Length..];
        }
    }
}

internal sealed class SlowCloseEffect(SlowClose toxic, Flow flow, int order, SlowCloseEffect? before) : Effect(flow, order, before)
{
    public override ValueTask BeforeEndAsync() => WaitAsync(toxic.Delay);
}

internal sealed class SilenceEffect(Silence toxic, Flow flow, int order) : Effect(flow, order)
{
    public override void Begin()
    {
        if (toxic.CloseAfter > TimeSpan.Zero) _ = CloseLaterAsync();
    }

    public override ValueTask PassAsync(Piece piece) => ValueTask.CompletedTask;

    public override void End(Effect? next)
    {
        base.End(next);
        if (next is not SilenceEffect) Flow.Close();
    }

    private async Task CloseLaterAsync()
    {
        await WaitAsync(toxic.CloseAfter);
        if (!IsOver) Flow.Close();
    }
}

internal sealed class ResetEffect(Reset toxic, Flow flow, int order, ResetEffect? before) : Effect(flow, order, before)
{
    public override async ValueTask PassAsync(Piece piece)
    {
        await WaitAsync(toxic.After);
        if (IsOver) await OnAsync(piece);
        else Flow.Reset();
    }
}

internal sealed class SlicingEffect(Slicing toxic, Flow flow, int order, Random random) : Effect(flow, order)
{
    public override async ValueTask PassAsync(Piece piece)
    {
        for (var rest = piece.Data; !rest.IsEmpty;)
        {
            var size = IsOver ? rest.Length : toxic.Size + random.Next(-toxic.Variation, toxic.Variation + 1);
            var part = rest[..Math.Min(size, rest.Length)];
            await OnAsync(piece with { Data = part });
            rest = rest[part.Length..];
            if (!rest.IsEmpty) await WaitAsync(toxic.Delay);
        }
    }
}

internal sealed class LimitDataEffect(LimitData toxic, Flow flow, int order, long passed) : Effect(flow, order)
{
    /// <summary>How much went through so far.</summary>
    public long Passed { get; private set; } = passed;

    public override async ValueTask PassAsync(Piece piece)
    {
        var room = (int)Math.Clamp(toxic.Bytes - Passed, 0, piece.Data.Length);
        Passed += room;
        if (room > 0) await OnAsync(piece with { Data = piece.Data[..room] });
        if (Passed >= toxic.Bytes) Flow.Close();
    }
}
