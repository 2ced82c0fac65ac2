namespace ChainBridge.TestKit.Load.Generators;

/// <summary>
/// Puts the windows of several generators together; one is whole when all that go on have said theirs. Those that are whole are not
/// kept.
/// </summary>
internal sealed class WindowMerge(int generators)
{
    private readonly Queue<LoadWindow>[] _said = [.. Enumerable.Range(0, generators).Select(_ => new Queue<LoadWindow>())];
    private readonly bool[] _ended = new bool[generators];

    /// <summary>Takes a window of a generator; answers those that are whole now.</summary>
    public IEnumerable<LoadWindow> Add(int generator, LoadWindow window)
    {
        _said[generator].Enqueue(window);
        return Whole();
    }

    /// <summary>A generator says no more, well or not; answers those that are whole without it.</summary>
    public IEnumerable<LoadWindow> Ended(int generator)
    {
        _ended[generator] = true;
        return Whole();
    }

    private IEnumerable<LoadWindow> Whole()
    {
        while (Enumerable.Range(0, _said.Length).All(one => _said[one].Count > 0 || _ended[one]) && _said.Any(said => said.Count > 0))
            yield return _said.Where(said => said.Count > 0).Select(said => said.Dequeue()).ToList()
                .Aggregate((one, other) => one.With(other));
    }
}
