using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>
/// Speaks with a Docker engine over its own socket where the <c>docker</c> program would, and answers as the program does: on a small
/// machine the program takes a fifth of a second of the processor each time, and over a way to another machine three ways there and back.
/// A question that the socket cannot answer is run, so that its error is the program's; so is all that is not known here.
/// </summary>
internal sealed class EngineSocket : IExecutor
{
    /// <summary>Each question at once takes a connection, and over a way to another machine a way there and back to open it.</summary>
    private const int AtOnce = 32;

    private readonly IExecutor _programs;
    private readonly TimeProvider _time;
    private readonly HttpClient? _engine;

    /// <param name="programs">Runs everything else.</param>
    /// <param name="path">The socket; null where the program speaks with its engine in another way, e.g. over TCP.</param>
    public EngineSocket(IExecutor programs, string? path, TimeProvider time)
    {
        (_programs, _time) = (programs, time);
        if (path is null) return;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _engine = new(handler) { BaseAddress = new("http://engine/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// The socket that the <c>docker</c> program uses with this environment: <c>DOCKER_HOST</c>, else the default one. Null where a
    /// context was chosen, or a host that is no socket.
    /// </summary>
    public static string? PathIn(Func<string, string?> environment)
    {
        const string scheme = "unix://";
        if (environment("DOCKER_HOST") is { Length: > 0 } host)
            return host.StartsWith(scheme, StringComparison.Ordinal) ? host[scheme.Length..] : null;
        if (environment("DOCKER_CONTEXT") is { Length: > 0 } context) return context == "default" ? Default : null;
        var folder = environment("DOCKER_CONFIG") is { Length: > 0 } named ? named : Path.Combine(environment("HOME") ?? "", ".docker");
        try
        {
            using var settings = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
            return settings.RootElement.TryGetProperty("currentContext", out var current) && current.GetString() is not (null or "default")
                ? null
                : Default;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return Default;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private const string Default = "/var/run/docker.sock";

    public async Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
        (_engine is not { } engine || onLine is not null || command.Variables.Count > 0 ? null
            : EngineQuestion.Of(command) is { } question
                ? await InTimeAsync(command, stop => AskAsync(engine, command, question, stop), cancellationToken)
            : EngineOrder.Of(command) is { } order
                ? await InTimeAsync(command, stop => order.GiveAsync(engine, command, stop), cancellationToken)
            : null)
        ?? await _programs.RunAsync(command, onLine, cancellationToken);

    private async Task<CommandResult?> InTimeAsync(
        Command command, Func<CancellationToken, Task<CommandResult?>> run, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(command.Timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await run(linked.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(command, CommandResult.TimedOut, "", $"the engine did not answer within {command.Timeout.TotalSeconds:0} s");
        }
    }

    /// <returns>Null when the socket gave no answer.</returns>
    private static async Task<CommandResult?> AskAsync(
        HttpClient engine, Command command, EngineQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var answers = new List<JsonElement>();
            foreach (var paths in question.Paths.Chunk(AtOnce))
                foreach (var (status, body) in await Task.WhenAll(paths.Select(path => GetAsync(engine, path, cancellationToken))))
                {
                    if (status == HttpStatusCode.NotFound) return new(command, 1, "", Message(body));
                    if (status != HttpStatusCode.OK) return null;
                    using var document = JsonDocument.Parse(body);
                    answers.Add(document.RootElement.Clone());
                }

            return new(command, 0, question.Print(answers), "");
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(HttpClient engine, string path, CancellationToken stop)
    {
        using var response = await engine.GetAsync(path, stop);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(stop));
    }

    private static string Message(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return $"Error: {document.RootElement.GetProperty("message").GetString()}";
    }
}
