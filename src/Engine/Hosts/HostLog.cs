using System.Text;

namespace ChainBridge.Engine.Hosts;

/// <summary>A file on a host that grows at its end, and the mark beside it: a file of one line that an addition replaces.</summary>
/// <param name="Lines">The path of the log.</param>
/// <param name="Mark">The path of its mark.</param>
public readonly record struct LogPath(string Lines, string Mark)
{
    /// <summary>
    /// The name a mark has until it is whole. Always the same: the holder of an environment's lock sweeps all other temporaries, and a
    /// runner that is refused writes here too.
    /// </summary>
    internal string Half => $"{Mark}.new";

    /// <summary>The mark in the content of its file.</summary>
    internal static string? MarkIn(string? content) => content?.Split('\n')[0].TrimEnd();
}

/// <summary>A log as it was read.</summary>
/// <param name="Text">Null when there is none.</param>
/// <param name="Mark">Null when there is none.</param>
public sealed record LogContent(string? Text, string? Mark);

/// <summary>What is added to a log.</summary>
/// <param name="Mark">The new mark; null to leave the one there is.</param>
public sealed record LogAddition(string Text, string? Mark);

/// <summary>The end of a log that is about to grow.</summary>
/// <param name="length">Of the whole log, in bytes.</param>
/// <param name="tail">Its last bytes, at most <see cref="TailBytes"/>.</param>
/// <param name="whole">Reads all of it.</param>
public sealed class LogEnd(long length, ReadOnlyMemory<byte> tail, string? mark, Func<string> whole)
{
    /// <summary>How much of a long log is read at first.</summary>
    internal const int TailBytes = 64 * 1024;

    /// <summary>In bytes; 0 for a log that is begun.</summary>
    public long Length => length;

    /// <summary>Its last part; it may begin within a line, and within a character.</summary>
    public string Tail { get; } = Encoding.UTF8.GetString(tail.Span);

    /// <summary>Whether the tail is all of it.</summary>
    public bool IsWhole => tail.Length == length;

    /// <summary>Null when there is none.</summary>
    public string? Mark => mark;

    /// <summary>All of it.</summary>
    public string Read() => IsWhole ? Tail : whole();

    /// <summary>The end after an addition.</summary>
    internal LogEnd After(LogAddition addition)
    {
        byte[] bytes = [.. tail.Span, .. Encoding.UTF8.GetBytes(addition.Text)];
        var kept = bytes.AsMemory(Math.Max(0, bytes.Length - TailBytes));
        return new(length - tail.Length + bytes.Length, kept, addition.Mark ?? mark, whole);
    }
}
