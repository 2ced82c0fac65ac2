using System.Buffers.Text;
using System.Net.Http;
using System.Text;

namespace ChainBridge.TestKit.Load.Http;

/// <summary>
/// Reads HTTP/1.1 answers (RFC 9112) in pieces of any size and keeps nothing of them but the status and the length: a body of a known
/// length, one in chunks, or one up to the connection's end. What is cut off, or no HTTP, is an exception.
/// </summary>
internal sealed class AnswerParser
{
    private State _state = State.Done;
    private bool _bodyless;
    private long _left;

    private enum State
    {
        Head, Body, ChunkSize, ChunkData, ChunkEnd, Trailer, ToClose, Done,
    }

    public int Status { get; private set; }

    /// <summary>Of the body.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the connection can be used again.</summary>
    public bool KeepsAlive { get; private set; }

    public bool IsDone => _state == State.Done;

    /// <summary>An answer comes.</summary>
    /// <param name="bodyless">To HEAD: what its head says of a body is not there.</param>
    public void Begin(bool bodyless) => (_state, _bodyless, Status, Bytes, KeepsAlive) = (State.Head, bodyless, 0, 0, true);

    /// <summary>Takes what came.</summary>
    /// <returns>How much of it was used; the rest is to be given again, with more.</returns>
    public int Feed(ReadOnlySpan<byte> data)
    {
        var all = data.Length;
        while (!data.IsEmpty && !IsDone)
        {
            var used = _state switch
            {
                State.Head => Head(data),
                State.ChunkSize => ChunkSize(data),
                State.ChunkEnd => ChunkEnd(data),
                State.Trailer => Trailer(data),
                State.ToClose => Through(data.Length),
                _ => Through((int)Math.Min(data.Length, _left)),
            };
            if (used == 0) break;
            data = data[used..];
        }

        return all - data.Length;
    }

    /// <summary>The connection has ended.</summary>
    /// <exception cref="HttpIOException">The answer had not.</exception>
    public void Closed()
    {
        KeepsAlive = false;
        if (_state == State.ToClose) _state = State.Done;
        if (!IsDone) throw new HttpIOException(HttpRequestError.ResponseEnded, "the connection ended before the answer did");
    }

    private int Head(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\r\n\r\n"u8) is not (>= 0 and var end)) return 0;
        var head = data[..(end + 2)];
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head[9..12], out int status, out _))
            throw Bad("it does not begin with HTTP/1.1 and a status");
        // 100 Continue and its like come before the answer.
        if (status is >= 100 and < 200) return end + 4;
        (Status, KeepsAlive, _left) = (status, head[7] == '1', -1);
        var chunked = false;
        for (var rest = head[(head.IndexOf("\r\n"u8) + 2)..]; !rest.IsEmpty;)
        {
            var line = rest[..rest.IndexOf("\r\n"u8)];
            rest = rest[(line.Length + 2)..];
            if (Value(line, "content-length:"u8) is { IsEmpty: false } length)
            {
                if (!Utf8Parser.TryParse(length, out long left, out var digits) || digits != length.Length || left < 0)
                    throw Bad("its Content-Length is no number");
                _left = left;
            }
            else if (Value(line, "transfer-encoding:"u8) is { IsEmpty: false } coding) chunked = EndsWithWord(coding, "chunked"u8);
            else if (Value(line, "connection:"u8) is { IsEmpty: false } connection)
                KeepsAlive = EndsWithWord(connection, "keep-alive"u8) || (KeepsAlive && !EndsWithWord(connection, "close"u8));
        }

        _state = _bodyless || status is 204 or 304 || (!chunked && _left == 0) ? State.Done
            : chunked ? State.ChunkSize : _left > 0 ? State.Body : State.ToClose;
        return end + 4;
    }

    private int ChunkSize(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\r\n"u8) is not (>= 0 and var end)) return 0;
        if (!Utf8Parser.TryParse(data[..end], out long size, out var digits, 'X') || digits == 0 || size < 0)
            throw Bad("a chunk does not begin with its size");
        (_left, _state) = (size, size == 0 ? State.Trailer : State.ChunkData);
        return end + 2;
    }

    private int ChunkEnd(ReadOnlySpan<byte> data)
    {
        if (data.Length < 2) return 0;
        if (!data.StartsWith("\r\n"u8)) throw Bad("a chunk is longer than it says");
        _state = State.ChunkSize;
        return 2;
    }

    private int Trailer(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\r\n"u8) is not (>= 0 and var end)) return 0;
        if (end == 0) _state = State.Done;
        return end + 2;
    }

    private int Through(int count)
    {
        Bytes += count;
        if (_state == State.ToClose) return count;
        _left -= count;
        if (_left == 0) _state = _state == State.Body ? State.Done : State.ChunkEnd;
        return count;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim(" \t"u8) : default;

    private static bool EndsWithWord(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) =>
        value.Length >= word.Length && Ascii.EqualsIgnoreCase(value[^word.Length..], word);

    private static HttpRequestException Bad(string why) => new(HttpRequestError.InvalidResponse, $"the answer is no HTTP/1.1: {why}");
}
