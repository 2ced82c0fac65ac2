using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ChainBridge.TestKit.Load.Http;

/// <summary>One connection with one buffer; a request at a time.</summary>
internal sealed class LeanConnection : IDisposable
{
    private const int SmallestBuffer = 8 * 1024, LargestHead = 64 * 1024;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(1);
    private readonly Socket _socket;
    private readonly AnswerParser _answer = new();
    private byte[] _buffer = new byte[SmallestBuffer];
    private long _answered;

    private LeanConnection(Socket socket) => _socket = socket;

    public AnswerParser Answer => _answer;

    public static async ValueTask<LeanConnection> OpenAsync(EndPoint to, CancellationToken cancellationToken)
    {
        var socket = to is DnsEndPoint ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(to, cancellationToken).ConfigureAwait(false);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public async ValueTask ExchangeAsync(ReadOnlyMemory<byte> request, bool bodyless, CancellationToken cancellationToken)
    {
        _answer.Begin(bodyless);
        for (var sent = 0; sent < request.Length;)
            sent += await _socket.SendAsync(request[sent..], SocketFlags.None, cancellationToken).ConfigureAwait(false);
        var held = 0;
        while (!_answer.IsDone)
        {
            if (held == _buffer.Length) Grow();
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(held), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                _answer.Closed();
                break;
            }

            held += read;
            var used = _answer.Feed(_buffer.AsSpan(0, held));
            held -= used;
            if (held > 0 && used > 0) _buffer.AsSpan(used, held).CopyTo(_buffer);
        }

        // Bytes after the answer belong to no request: the connection is out of step.
        if (held > 0) _answer.Closed();
        _answered = Stopwatch.GetTimestamp();
    }

    /// <summary>
    /// Whether the other side has closed it since its last answer, or sent what no request asked for. One that was just answered is not
    /// asked: that would cost each request a call to the system.
    /// </summary>
    public bool HasEnded() => Stopwatch.GetElapsedTime(_answered) > Idle && _socket.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();

    private void Grow()
    {
        if (_buffer.Length >= LargestHead)
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded,
                $"the answer's head is longer than {LargestHead} bytes");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
