namespace ChainBridge.TestKit.Faults;

/// <summary>Which way the data goes that a toxic touches.</summary>
public enum Direction
{
    /// <summary>From the server to the client: answers.</summary>
    Downstream,

    /// <summary>From the client to the server: requests.</summary>
    Upstream,
}

/// <summary>
/// Something wrong with a network, to be added to a <see cref="FaultProxy"/>. The kinds are those of this file's neighbours;
/// each acts on one direction.
/// </summary>
public abstract record Toxic
{
    private protected Toxic()
    {
    }

    /// <summary>The share of connections it strikes, 0 to 1, drawn per connection from the proxy's seed; default 1: all.</summary>
    public double Share { get; init; } = 1;

    /// <summary>What it does to one direction of one connection.</summary>
    /// <param name="before">What it replaces there, when it was changed.</param>
    internal abstract Effect On(Flow flow, int order, Random random, Effect? before);

    /// <summary>What of its settings makes no sense; null when all is well.</summary>
    internal virtual string? Problem => Share is >= 0 and <= 1 ? null : $"Share = {Share}: give 0 to 1";

    private protected static string? NotNegative(string name, TimeSpan value) =>
        value < TimeSpan.Zero ? $"{name} = {value}: a time cannot be negative" : null;

    private protected static string? Positive(string name, long value) => value <= 0 ? $"{name} = {value}: give 1 or more" : null;
}

/// <summary>Every piece of data arrives later, in its order; throughput is unchanged.</summary>
/// <param name="Delay">How much later.</param>
/// <param name="Jitter">
/// Up to this much more or less than <paramref name="Delay"/>, drawn per piece from the proxy's seed; default none.
/// </param>
public sealed record Latency(TimeSpan Delay, TimeSpan Jitter = default) : Toxic
{
    internal override string? Problem => base.Problem ?? NotNegative(nameof(Delay), Delay) ?? NotNegative(nameof(Jitter), Jitter);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) =>
        new LatencyEffect(this, flow, order, random, before as LatencyEffect);
}

/// <summary>No more than so many bytes per second get through; the sender is held back once 1 MB waits.</summary>
public sealed record Bandwidth(long BytesPerSecond) : Toxic
{
    internal override string? Problem => base.Problem ?? Positive(nameof(BytesPerSecond), BytesPerSecond);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) => new BandwidthEffect(this, flow, order);
}

/// <summary>The end of the stream is passed on after this delay.</summary>
public sealed record SlowClose(TimeSpan Delay) : Toxic
{
    internal override string? Problem => base.Problem ?? NotNegative(nameof(Delay), Delay);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) =>
        new SlowCloseEffect(this, flow, order, before as SlowCloseEffect);
}

/// <summary>
/// No data gets through any more, and the connection is closed after a time (what Toxiproxy calls <c>timeout</c>); a peer that
/// closes is still heard. What was sent meanwhile is lost; therefore taking it away closes the connections that it struck as well.
/// </summary>
/// <param name="CloseAfter">From when it strikes the connection; zero never closes it by itself.</param>
public sealed record Silence(TimeSpan CloseAfter = default) : Toxic
{
    internal override string? Problem => base.Problem ?? NotNegative(nameof(CloseAfter), CloseAfter);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) => new SilenceEffect(this, flow, order);
}

/// <summary>The next data is swallowed and both sides see "connection reset by peer" (TCP RST).</summary>
/// <param name="After">How long after that data; default at once.</param>
public sealed record Reset(TimeSpan After = default) : Toxic
{
    internal override string? Problem => base.Problem ?? NotNegative(nameof(After), After);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) =>
        new ResetEffect(this, flow, order, before as ResetEffect);
}

/// <summary>Data arrives in small pieces, as over a bad network.</summary>
/// <param name="Size">Bytes of a piece.</param>
/// <param name="Variation">Up to this many bytes more or less, drawn per piece from the proxy's seed; default none.</param>
/// <param name="Delay">Between two pieces; default none.</param>
public sealed record Slicing(int Size, int Variation = 0, TimeSpan Delay = default) : Toxic
{
    internal override string? Problem => base.Problem ?? Positive(nameof(Size), Size) ?? NotNegative(nameof(Delay), Delay)
        ?? (Variation < 0 || Variation >= Size ? $"Variation = {Variation}: give 0 to {Size - 1}, less than Size" : null);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) => new SlicingEffect(this, flow, order, random);
}

/// <summary>Lets this many bytes through, counted per connection from when it strikes; then closes the connection.</summary>
public sealed record LimitData(long Bytes) : Toxic
{
    internal override string? Problem => base.Problem ?? (Bytes < 0 ? $"Bytes = {Bytes}: give 0 or more" : null);

    internal override Effect On(Flow flow, int order, Random random, Effect? before) =>
        new LimitDataEffect(this, flow, order, (before as LimitDataEffect)?.Passed ?? 0);
}

/// <summary>The server is down: connections are refused, and open ones are closed. It has no direction and applies to all.</summary>
public sealed record Down : Toxic
{
    internal override string? Problem => Share == 1 ? null : $"Share = {Share}: what is down is down for all";

    internal override Effect On(Flow flow, int order, Random random, Effect? before) => new NoEffect(flow, order);
}
