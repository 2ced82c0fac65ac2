using System.Globalization;
using System.Text;

namespace ChainBridge.Engine.Hosts;

/// <summary>What a command printed: all of it up to a limit, beyond that its beginning and its end.</summary>
internal sealed class KeptOutput
{
    /// <summary>Characters kept of the beginning.</summary>
    public const int Most = 4_000_000;

    private const int End = 16_384;
    private readonly StringBuilder _beginning = new();
    private readonly StringBuilder _end = new();
    private readonly Lock _adding = new();
    private long _left;

    /// <summary>Whether something is missing.</summary>
    public bool Cut => _left > 0;

    public void Add(ReadOnlyMemory<char> piece)
    {
        lock (_adding)
        {
            var kept = Math.Min(piece.Length, Most - _beginning.Length);
            _beginning.Append(piece[..kept]);
            _end.Append(piece[kept..]);
            if (_end.Length <= 2 * End) return;
            _left += _end.Length - End;
            _end.Remove(0, _end.Length - End);
        }
    }

    public override string ToString()
    {
        // A process that could not be ended may still be writing.
        lock (_adding)
            return Cut
                ? string.Create(CultureInfo.InvariantCulture, $"{_beginning}\n… {_left} characters were left out here …\n{_end}")
                : $"{_beginning}{_end}";
    }
}
