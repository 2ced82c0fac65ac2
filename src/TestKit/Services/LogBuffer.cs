namespace ChainBridge.TestKit.Services;

/// <summary>The newest lines of a service's output.</summary>
internal sealed class LogBuffer
{
    private const int Capacity = 5000;
    private readonly LinkedList<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.AddLast(line);
            if (_lines.Count > Capacity) _lines.RemoveFirst();
        }
    }
}
