namespace ChainBridge.TestKit.Services;

/// <summary>A service's output: its first lines, which show how it was set up, and its newest.</summary>
internal sealed class LogBuffer
{
    private const int First = 500;
    private const int Newest = 5000;
    private const int LastLines = 20;
    private const int LongestLine = 16 * 1024;
    private readonly List<string> _first = [];
    private readonly Queue<string> _newest = new();
    private int _left;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_first) return [.. _first, .. _left > 0 ? [$"(… {_left} lines were not kept)"] : Array.Empty<string>(), .. _newest];
        }
    }

    /// <summary>What it wrote last, for a message about it.</summary>
    public string LastOutput => $"its last output:\n{string.Join('\n', Lines.TakeLast(LastLines))}";

    public void Add(string line)
    {
        if (line.Length > LongestLine) line = $"{line[..LongestLine]}(… {line.Length - LongestLine} more)";
        lock (_first)
        {
            if (_first.Count < First)
            {
                _first.Add(line);
                return;
            }

            _newest.Enqueue(line);
            if (_newest.Count <= Newest) return;
            _newest.Dequeue();
            _left++;
        }
    }
}
