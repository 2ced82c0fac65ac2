using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What a server does with a request.</summary>
internal enum Reaction
{
    /// <summary>Answers 200 and waits for the next.</summary>
    Answers,

    /// <summary>Answers 200 and closes without a word of it.</summary>
    AnswersAndCloses,

    /// <summary>Closes without an answer.</summary>
    Closes,

    /// <summary>Answers 500.</summary>
    Fails,

    /// <summary>Says nothing.</summary>
    Hangs,
}

/// <summary>A server on loopback that keeps what it was sent, and does with the n-th request, from 0, what a test says.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<int, Reaction> _reaction;
    private int _count = -1, _closed;

    public RawServer(Func<int, Reaction>? reaction = null)
    {
        _reaction = reaction ?? (_ => Reaction.Answers);
        _listener.Start();
        Address = new($"http://{_listener.LocalEndpoint}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Head and body of each.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Connections that it has ended.</summary>
    public int Closed => Volatile.Read(ref _closed);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is to end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
                while (await AnswerAsync(socket))
                {
                }

            Interlocked.Increment(ref _closed);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is to end.
        }
    }

    /// <summary>Whether the connection goes on.</summary>
    private async Task<bool> AnswerAsync(Socket socket)
    {
        var (buffer, text) = (new byte[16 * 1024], "");
        while (!IsWhole(text))
        {
            var read = await socket.ReceiveAsync(buffer, _end.Token);
            if (read == 0) return false;
            text += Encoding.UTF8.GetString(buffer, 0, read);
        }

        Requests.Enqueue(text);
        var reaction = _reaction(Interlocked.Increment(ref _count));
        if (reaction == Reaction.Hangs) await Task.Delay(Timeout.Infinite, _end.Token);
        if (reaction != Reaction.Closes)
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {(reaction == Reaction.Fails ? "500 Wrong" : "200 OK")}\r\nContent-Length: 2\r\n\r\nok"), _end.Token);
        return reaction is Reaction.Answers or Reaction.Fails;
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        return text.Length >= end + 4 + (length is null ? 0 : int.Parse(length["Content-Length: ".Length..]));
    }
}
