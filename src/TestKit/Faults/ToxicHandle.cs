namespace ChainBridge.TestKit.Faults;

/// <summary>
/// A toxic at work. Disposing takes it away, from existing connections too; what it held back goes on at once, in its order.
/// </summary>
public sealed class ToxicHandle : IDisposable
{
    private readonly FaultProxy _proxy;

    internal ToxicHandle(FaultProxy proxy, int order, Toxic toxic, Direction direction) =>
        (_proxy, Order, Toxic, Direction) = (proxy, order, toxic, direction);

    /// <summary>What is at work now.</summary>
    public Toxic Toxic { get; internal set; }

    /// <summary>Which way.</summary>
    public Direction Direction { get; }

    internal int Order { get; }

    /// <summary>
    /// Puts another in its place, on existing connections too. With other settings, for what comes from now on: what a
    /// <see cref="Latency"/>, <see cref="SlowClose"/> or <see cref="Reset"/> holds already keeps the time it had, and is
    /// never overtaken. Of another kind, or when the connection is not in its <see cref="Toxic.Share"/> any more, the first is taken away.
    /// </summary>
    /// <exception cref="ArgumentException">Its settings make no sense.</exception>
    /// <exception cref="InvalidOperationException">It was taken away already.</exception>
    public void Change(Toxic toxic) => _proxy.Change(this, toxic);

    /// <summary>Takes it away; again does nothing.</summary>
    public void Dispose() => _proxy.Remove(this);
}
