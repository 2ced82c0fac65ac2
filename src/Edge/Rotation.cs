namespace ChainBridge.Edge;

/// <summary>
/// Deals requests out by shares: in every block of as many requests as the shares need (10 for 90/10, 100 for 99/1) each has
/// exactly its share. The order within a block is drawn anew each time. A fixed order would fall into step with callers that ask
/// their routes in turn, so that one slot got all the slow ones. For one thread at a time.
/// </summary>
internal sealed class Rotation<T>
{
    private readonly Random _random;
    private readonly T[] _block;
    private int _next;

    public Rotation(IReadOnlyCollection<(T Item, int Share)> shares, Random random)
    {
        _random = random;
        var common = shares.Aggregate(0, (common, one) => Divisor(common, one.Share));
        _block = [.. shares.SelectMany(one => Enumerable.Repeat(one.Item, one.Share / common))];
    }

    /// <summary>Whether there is nothing to deal out to.</summary>
    public bool IsEmpty => _block.Length == 0;

    /// <summary>Where the next request goes.</summary>
    public T Next()
    {
        if (_next == 0 && _block.Length > 1) _random.Shuffle(_block);
        var chosen = _block[_next];
        _next = (_next + 1) % _block.Length;
        return chosen;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
