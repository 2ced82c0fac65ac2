namespace ChainBridge.TestKit.Load.Generators;

/// <summary>Puts the windows of several generators together; one is whole when all have said theirs.</summary>
internal sealed class WindowMerge(int generators)
{
    private readonly List<LoadWindow>[] _said = [.. Enumerable.Range(0, generators).Select(_ => new List<LoadWindow>())];
    private int _whole;

    /// <summary>Takes a window of a generator; answers those that are whole now.</summary>
    public IEnumerable<LoadWindow> Add(int generator, LoadWindow window)
    {
        _said[generator].Add(window);
        while (_said.All(said => said.Count > _whole))
        {
            yield return _said.Select(said => said[_whole]).Aggregate((one, other) => one.With(other));
            _whole++;
        }
    }
}
