using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ChainBridge.TestKit.Faults;

/// <summary>Data on its way.</summary>
/// <param name="Arrived">A timestamp of the proxy's clock.</param>
/// <param name="Number">The how manieth of its flow: clocks may stand still between two.</param>
internal readonly record struct Piece(ReadOnlyMemory<byte> Data, long Arrived, long Number);

/// <summary>
/// One direction of one connection: reads, lets each piece pass the effects in their order, writes. Reading goes on while pieces
/// are held back, so that a delay is not a lower throughput; 1 MB may wait before the sender is held back.
/// </summary>
internal sealed class Flow(Link link, Socket from, Socket to, TimeProvider time)
{
    private const int ReadSize = 16 * 1024;
    private const int MostWaiting = 1024 * 1024;

    /// <summary>The writer goes on within the reader's own step: with nothing to wait for, no thread is changed.</summary>
    private readonly Channel<(byte[] Buffer, Piece Piece)> _waiting = Channel.CreateUnbounded<(byte[], Piece)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    private readonly SemaphoreSlim _room = new(0);
    private long _bytesWaiting;
    private long _pieces;
    private volatile Effect[] _effects = [];

    public TimeProvider Time { get; } = time;

    /// <summary>Received and not passed on yet.</summary>
    public long BytesWaiting => Volatile.Read(ref _bytesWaiting);

    /// <summary>How many were received.</summary>
    public long Pieces => Volatile.Read(ref _pieces);

    public CancellationToken Closed => link.Closed;

    public void Close() => link.End(reset: false);

    public void Reset() => link.End(reset: true);

    /// <summary>Puts an effect in its place, or in the place of the one before it; null only takes away.</summary>
    public void Put(int order, Func<Effect?, Effect?> make)
    {
        var before = Array.Find(_effects, effect => effect.Order == order);
        var effect = make(before);
        _effects = [.. _effects.Where(other => other != before).Concat(effect is null ? [] : [effect]).OrderBy(other => other.Order)];
        before?.End(effect);
        effect?.Begin();
    }

    /// <summary>Hands a piece to the first effect behind a place, or to the socket.</summary>
    public async ValueTask PassAsync(int behind, Piece piece)
    {
        foreach (var effect in _effects)
        {
            if (effect.Order <= behind) continue;
            await effect.PassAsync(piece);
            return;
        }

        for (var rest = piece.Data; !rest.IsEmpty;) rest = rest[await to.SendAsync(rest, SocketFlags.None, Closed)..];
    }

    /// <summary>Until the end of the stream has been passed on.</summary>
    public async Task RunAsync()
    {
        var writing = WriteAsync();
        await ReadAsync();
        await writing;
    }

    private async Task ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, ReadSize), SocketFlags.None, Closed) is > 0 and var length)
            {
                var arrived = Time.GetTimestamp();
                // Counted before it counts as waiting: a toxic that is changed now must tell it from later pieces.
                var number = Interlocked.Increment(ref _pieces);
                var waiting = Interlocked.Add(ref _bytesWaiting, length);
                var copy = ArrayPool<byte>.Shared.Rent(length);
                buffer.AsSpan(0, length).CopyTo(copy);
                _waiting.Writer.TryWrite((copy, new(copy.AsMemory(0, length), arrived, number)));
                if (waiting > MostWaiting && waiting - length <= MostWaiting) await _room.WaitAsync(Closed);
            }
        }
        catch (Exception gone) when (Link.IsTheEnd(gone))
        {
            link.End(reset: Link.IsReset(gone));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _waiting.Writer.TryComplete();
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var (buffer, piece) in _waiting.Reader.ReadAllAsync(Closed))
            {
                await PassAsync(behind: int.MinValue, piece);
                ArrayPool<byte>.Shared.Return(buffer);
                var left = Interlocked.Add(ref _bytesWaiting, -piece.Data.Length);
                if (left <= MostWaiting && left + piece.Data.Length > MostWaiting) _room.Release();
            }

            foreach (var effect in _effects) await effect.BeforeEndAsync();
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (Link.IsTheEnd(gone))
        {
            link.End(reset: Link.IsReset(gone));
        }
    }
}
