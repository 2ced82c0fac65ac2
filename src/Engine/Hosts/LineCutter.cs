using System.Globalization;
using System.Text;

namespace ChainBridge.Engine.Hosts;

/// <summary>Makes lines of a command's output. A line that is too long is cut and says so; no more than one is held in memory.</summary>
/// <param name="onLine">Gets each line without its end; a lone carriage return (a progress bar) ends one too.</param>
/// <param name="hide">Takes secrets out of a line before it is cut; null when there are none.</param>
internal sealed class LineCutter(Action<string> onLine, Func<string, string>? hide = null)
{
    /// <summary>Characters of a line that are kept.</summary>
    public const int Longest = 16_384;

    /// <summary>Held beyond that, so that a secret which lies across the cut is recognised.</summary>
    private const int Overlap = 4_096;

    private readonly StringBuilder _line = new();
    private long _left;
    private bool _afterReturn;

    public void Add(ReadOnlyMemory<char> piece)
    {
        var rest = piece.Span;
        while (rest.Length > 0)
        {
            if (_afterReturn && rest[0] == '\n') rest = rest[1..];
            _afterReturn = false;
            var end = rest.IndexOfAny('\r', '\n');
            Take(end < 0 ? rest : rest[..end]);
            if (end < 0) return;
            Emit();
            _afterReturn = rest[end] == '\r';
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>The output is over: a last line without an end is a line.</summary>
    public void End()
    {
        if (_line.Length > 0) Emit();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        var kept = Math.Min(text.Length, Longest + Overlap - _line.Length);
        _line.Append(text[..kept]);
        _left += text.Length - kept;
    }

    private void Emit()
    {
        var line = hide?.Invoke(_line.ToString()) ?? _line.ToString();
        var left = _left + Math.Max(0, line.Length - Longest);
        var kept = line.AsSpan(0, Math.Min(line.Length, Longest));
        onLine(left == 0
            ? line
            : string.Create(CultureInfo.InvariantCulture, $"{kept}… ({left} more characters of this line were left out)"));
        _line.Clear();
        _left = 0;
    }
}
