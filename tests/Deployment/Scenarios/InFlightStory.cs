using System.Net.WebSockets;
using System.Text;
using ChainBridge.Tests.Deployment.Harness;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// Two releases. While the second is about to get the traffic, an answer that takes ten seconds, an event stream, a WebSocket and a client
/// with one connection are at the first; the switch happens in the middle of all of them.
/// </summary>
public sealed class InFlightStory : Story
{
    private const int Lines = 400;

    public RunResult First { get; private set; } = null!;
    public RunResult Second { get; private set; } = null!;

    /// <summary>The long answer, and how many of its lines had come when the traffic had moved.</summary>
    public (string Body, int LinesAtTheSwitch) Answer { get; private set; }

    public string WholeAnswer => string.Concat(Enumerable.Range(1, Lines).Select(number => $"{number} of {First.Version}\n"));

    /// <summary>Events that came after the switch.</summary>
    public IReadOnlyList<string> Events { get; private set; } = [];

    /// <summary>What the WebSocket answered: before the switch, after it, and last before it was closed.</summary>
    public IReadOnlyList<string> Heard { get; private set; } = [];

    /// <summary>When the last answer of the WebSocket came.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    /// <summary>How the WebSocket was closed by the release.</summary>
    public (WebSocketCloseStatus? Status, string? Reason) Closed { get; private set; }

    /// <summary>Which release answered the client with one connection, before and after the switch, and how many it made.</summary>
    public (string Before, string After, int Connections) KeptAlive { get; private set; }

    protected override async Task RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        First = await lab.DeployAsync(cancellationToken);
        await lab.Repository.ReleaseAsync("fine", cancellationToken);
        using var held = lab.HoldBeforeTheDoor();
        using var deploying = await lab.StartDeployAsync(cancellationToken);
        await deploying.BeginsAsync("smokeCandidate", cancellationToken);

        using var client = new HttpClient { BaseAddress = lab.Door };
        var connections = 0;
        using var keptAlive = OneConnection(lab, () => connections++);
        var before = await VersionAsync(keptAlive, cancellationToken);
        await using var events = new Answering(await client.GetStreamAsync("/events", cancellationToken));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{lab.Door.Authority}/socket"), cancellationToken);
        var heard = new List<string> { await AskAsync(socket, "hello", cancellationToken) ?? "" };
        await using var answer = new Answering(await client.GetStreamAsync($"/lines/{Lines}", cancellationToken));
        foreach (var begun in new[] { events, answer }) await begun.HasAsync(1, cancellationToken);

        held.GoOn();
        await deploying.PrintsAsync("the traffic has moved", line => line.Is("step-ended", "switch"), cancellationToken);
        var (lines, told) = (answer.Count, events.Count);
        KeptAlive = (before, await VersionAsync(keptAlive, cancellationToken), connections);
        heard.Add(await AskAsync(socket, "after the switch", cancellationToken) ?? "");
        await events.HasAsync(told + 20, cancellationToken);
        Events = [.. events.Lines.Skip(told).Where(line => line.Length > 0)];
        await events.DisposeAsync();
        await answer.EndAsync(cancellationToken);
        Answer = (string.Concat(answer.Lines.Select(line => $"{line}\n")), lines);
        await UntilClosedAsync(socket, heard, cancellationToken);
        Heard = heard;
        Second = await lab.EndAsync(deploying, cancellationToken);
    }

    private static HttpClient OneConnection(Lab lab, Action connected) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 1,
        ConnectCallback = async (context, stop) =>
        {
            connected();
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = lab.Door };

    private static async Task<string> VersionAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync("/version", cancellationToken);
        return answer.Headers.GetValues("X-ChainBridge-Release").Single();
    }

    /// <summary>Goes on talking until the release closes the socket.</summary>
    private async Task UntilClosedAsync(ClientWebSocket socket, List<string> heard, CancellationToken cancellationToken)
    {
        for (var number = 1; await AskAsync(socket, $"still here {number}", cancellationToken) is { } answer; number++)
        {
            LastHeard = TimeProvider.System.GetUtcNow();
            heard.Add(answer);
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }

        Closed = (socket.CloseStatus, socket.CloseStatusDescription);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
    }

    /// <summary>Null when the release has closed the socket.</summary>
    private static async Task<string?> AskAsync(ClientWebSocket socket, string text, CancellationToken cancellationToken)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken);
        var buffer = new byte[256];
        var received = await socket.ReceiveAsync(buffer, cancellationToken);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>An answer that is read line by line while it comes.</summary>
    private sealed class Answering : IAsyncDisposable
    {
        private readonly StreamReader _reader;
        private readonly List<string> _lines = [];
        private readonly Task _reading;
        private volatile bool _left;

        public Answering(Stream stream)
        {
            _reader = new StreamReader(stream);
            _reading = ReadAsync();
        }

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public int Count => Lines.Count;

        public Task HasAsync(int lines, CancellationToken cancellationToken) => Until.TrueAsync($"{lines} lines of an answer",
            TimeSpan.FromSeconds(60), () => Task.FromResult(Count >= lines), cancellationToken);

        public Task EndAsync(CancellationToken cancellationToken) => _reading.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);

        /// <summary>Hangs up.</summary>
        public async ValueTask DisposeAsync()
        {
            _left = true;
            _reader.Dispose();
            await _reading;
        }

        private async Task ReadAsync()
        {
            try
            {
                while (await _reader.ReadLineAsync() is { } line)
                    lock (_lines) _lines.Add(line);
            }
            catch (Exception) when (_left)
            {
                // As wanted.
            }
        }
    }
}
