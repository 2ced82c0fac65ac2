using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.TestKit.Load.Generators;

/// <summary>
/// Waits on a host for runs and starts a generator for each: the connection is the generator's standard input and output. A client
/// that knows the token may send any plan, so the token is a secret.
/// </summary>
internal sealed class AgentServer(IPEndPoint at, string token, TimeProvider time)
{
    /// <summary>
    /// How long a client may take for its token and its plan, so that a stranger that sends nothing holds no connection; and then how long
    /// it waits for the end of the load before it.
    /// </summary>
    private static readonly TimeSpan Introduction = TimeSpan.FromSeconds(10);

    /// <summary>What a health check by HTTP gets, whatever path it asks for.</summary>
    private const string Healthy = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
        + "chainbridge-load agent\r\n";

    private readonly TcpListener _listener = new(at);
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>Listens; the address it answers is the one that was given out for port 0.</summary>
    public IPEndPoint Start()
    {
        _listener.Start();
        return (IPEndPoint)_listener.LocalEndpoint;
    }

    /// <summary>Serves until it is cancelled.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(_listener.Stop);
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(client, cancellationToken));
            }
        }
        catch (Exception stopped) when (cancellationToken.IsCancellationRequested
            && stopped is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            using var from = new StreamReader(client.GetStream());
            await using var to = new StreamWriter(client.GetStream());
            using var introduction = new CancellationTokenSource(Introduction, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, introduction.Token);
            var line = await from.ReadLineAsync(either.Token).ConfigureAwait(false) ?? "";
            if (line.StartsWith("GET ", StringComparison.Ordinal))
            {
                // To the end of the request: a connection that is closed with something unread loses the answer.
                while (await from.ReadLineAsync(either.Token).ConfigureAwait(false) is { Length: > 0 }) { }

                await to.WriteAsync(Healthy).ConfigureAwait(false);
            }
            else if (Stranger(line) is { } why)
            {
                await to.WriteLineAsync($"{GeneratorWords.Refused} {why}").ConfigureAwait(false);
            }
            else if (await from.ReadLineAsync(either.Token).ConfigureAwait(false) is { } first)
            {
                var plan = LoadJson.ReadPlan(GeneratorWords.Split(first).Said.Split(' ', 3)[2]);
                // Two loads beside each other measure each other; the one before may have its last lines to write.
                if (!await IsFreeAsync(cancellationToken).ConfigureAwait(false))
                    await to.WriteLineAsync(GeneratorWords.Busy).ConfigureAwait(false);
                else await GenerateAsync(plan, first, from, to, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception wrong) when (wrong is System.Text.Json.JsonException or IndexOutOfRangeException or FormatException)
        {
            // No run of ours: it gets no answer.
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run has gone; its generator ends with its input.
        }
    }

    private async Task GenerateAsync(LoadPlan plan, string first, StreamReader from, StreamWriter to, CancellationToken cancellationToken)
    {
        try
        {
            await using var generator = GeneratorProcess.Start(plan.Scenario, 0);
            await generator.RelayAsync(first, from, to, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadPlanException impossible)
        {
            await to.WriteLineAsync($"{GeneratorWords.Refused} {impossible.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Why a client's first line is not that of a run of ours; null when it is.</summary>
    private string? Stranger(string line)
    {
        var (word, said) = GeneratorWords.Split(line);
        var (version, theirs) = GeneratorWords.Split(said);
        return word != GeneratorWords.Token || !Equal(theirs, token)
            ? "the agent does not know this token: set CHAINBRIDGE_LOAD_TOKEN to the same on both sides"
            : version != GeneratorWords.Version
                ? $"the agent is of the version {GeneratorWords.Version}, and the run of {version}: install the same on both sides"
                : null;
    }

    private async Task<bool> IsFreeAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Introduction, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await _free.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool Equal(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)),
            SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
