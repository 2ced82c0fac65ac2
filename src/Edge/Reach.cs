using System.Net;
using System.Net.Sockets;

namespace ChainBridge.Edge;

/// <summary>
/// Connects to a slot that is to get traffic, as the edge will for its requests: the runner's way to a release is another one than the
/// edge's, and proves nothing about that. Nothing is sent, and no state is held up or changed meanwhile.
/// </summary>
internal sealed class Reach(FrontDoor door, TimeProvider time)
{
    /// <summary>Where the order names no time.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Tries each address of the slot until it takes a connection or the time is over: an address of a network can come up a moment later
    /// than the program behind it. Answers the doors whose address took none.
    /// </summary>
    /// <param name="doors">Only these; null for all that the slot is placed at.</param>
    /// <param name="within">Null for <see cref="Usual"/>.</param>
    public async Task<(Refusal? Refusal, IReadOnlyList<Unreached> Unreached)> AskAsync(
        string slot, IReadOnlyCollection<string>? doors, TimeSpan? within, CancellationToken cancellationToken)
    {
        var state = door.State;
        if (Rules.Reaching(state, slot, doors, within ??= Usual) is { } refusal) return (refusal, []);
        var asked = state.Slots[slot].Doors.Where(placed => doors?.Contains(placed.Key) != false)
            .GroupBy(placed => (Host: placed.Value.IdnHost, placed.Value.Port));
        var answers = await Task.WhenAll(asked.Select(async address => (Doors: address,
            Why: await TryAsync(new(address.Key.Host, address.Key.Port), within.Value, cancellationToken))));
        return (null, [.. answers.Where(answer => answer.Why is not null).SelectMany(answer =>
            answer.Doors.Select(placed => new Unreached(placed.Key, placed.Value, answer.Why!)))]);
    }

    /// <summary>How the edge connects, for requests too; the name is looked up each time.</summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null when a connection was made, else why the last try made none.</summary>
    private async Task<string?> TryAsync(DnsEndPoint address, TimeSpan within, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var why = "no connection was made in time";
        try
        {
            while (true)
            {
                try
                {
                    // A lookup under way cannot be cancelled, and a name server that is silent takes longer than there is time.
                    await using var made = await ConnectAsync(address, either.Token).AsTask().WaitAsync(either.Token);
                    return null;
                }
                catch (SocketException refused)
                {
                    // The end of the time shows as one of these too, and is no reason of the other side's.
                    either.Token.ThrowIfCancellationRequested();
                    why = refused.Message;
                }

                await Task.Delay(Pause, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return why;
        }
    }
}

/// <summary>A door at which a slot took no connection from the edge.</summary>
/// <param name="Why">The system's reason.</param>
internal sealed record Unreached(string Door, Uri Address, string Why);
