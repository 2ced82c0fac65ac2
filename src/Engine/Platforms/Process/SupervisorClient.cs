using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChainBridge.Engine.Model;
using ChainBridge.Machine.Supervision;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>Talks to a supervisor over its socket.</summary>
internal sealed class SupervisorClient : IDisposable
{
    /// <summary>For what answers at once.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;

    public SupervisorClient(string socket) => _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    }) { BaseAddress = new("http://supervisor"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Its report; null when none answers.</summary>
    public async Task<SupervisorReport?> AskAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, "state", null, Quick, cancellationToken);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(SupervisionJson.Default.SupervisorReport, cancellationToken);
    }

    /// <summary>What runs under that name now; null when no supervisor takes orders.</summary>
    public async Task<UnitReport?> StartAsync(FencingToken token, UnitSpec unit, CancellationToken cancellationToken)
    {
        // It may have to see one of that name end first.
        using var answer = await SendAsync(HttpMethod.Put, $"units/{unit.Name}",
            Body(new(token.Value, unit), SupervisionJson.Default.StartUnit), unit.StopGrace + Quick + Quick, cancellationToken);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(SupervisionJson.Default.UnitReport, cancellationToken);
    }

    /// <summary>Says that it was seen ready; answers how it is now, which may be ended. Null when no supervisor takes orders.</summary>
    public async Task<UnitReport?> ProveAsync(FencingToken token, string unit, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"units/{unit}/proved", Body(new(token.Value), SupervisionJson.Default.Change),
            Quick, cancellationToken);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(SupervisionJson.Default.UnitReport, cancellationToken);
    }

    /// <summary>False when no supervisor takes orders.</summary>
    public Task<bool> FenceAsync(FencingToken token, CancellationToken cancellationToken) =>
        PostAsync("fence", token, Quick, cancellationToken);

    /// <summary>Not taken when no supervisor takes orders. No report of one that was not there, and of an earlier supervisor.</summary>
    public async Task<(bool Taken, UnitReport? Stopped)> StopAsync(
        FencingToken token, string unit, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"units/{unit}/stop", Body(new(token.Value), SupervisionJson.Default.Change),
            deadline, cancellationToken);
        var text = answer is null ? "" : await answer.Content.ReadAsStringAsync(cancellationToken);
        return (answer is not null, text.Length == 0 ? null : JsonSerializer.Deserialize(text, SupervisionJson.Default.UnitReport));
    }

    /// <inheritdoc cref="FenceAsync"/>
    public Task<bool> EndAsync(FencingToken token, TimeSpan deadline, CancellationToken cancellationToken) =>
        PostAsync("end", token, deadline, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<bool> PostAsync(string path, FencingToken token, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, Body(new(token.Value), SupervisionJson.Default.Change), deadline,
            cancellationToken);
        return answer is not null;
    }

    private static JsonContent Body<T>(T value, JsonTypeInfo<T> format) => JsonContent.Create(value, format);

    /// <exception cref="EngineException">
    /// <see cref="Failure.Locked"/>: it has seen a newer runner. <see cref="Failure.PersonNeeded"/>: a process does not end.
    /// <see cref="Failure.Unreachable"/>: it answers, but not in time or not to us.
    /// </exception>
    private async Task<HttpResponseMessage?> SendAsync(
        HttpMethod method, string path, HttpContent? body, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        HttpResponseMessage answer;
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            answer = await _client.SendAsync(request, limit.Token);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(Failure.Unreachable,
                $"the supervisor did not answer {method} {path} within {deadline.TotalSeconds} s",
                "look at supervisor/supervisor.log in the state directory");
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer)
        {
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
            var why = await WhyAsync(answer, cancellationToken);
            throw answer.StatusCode switch
            {
                HttpStatusCode.Conflict => new EngineException(Failure.Locked, $"the supervisor refused: {why}",
                    "another runner took over; look at deployrunner status"),
                HttpStatusCode.InternalServerError => new EngineException(Failure.PersonNeeded, $"the supervisor could not do it: {why}",
                    "look at it with ps; supervisor/supervisor.log in the state directory says more"),
                _ => new EngineException(Failure.Unreachable,
                    $"the supervisor answered {method} {path} with {(int)answer.StatusCode}: {why}",
                    "look at supervisor/supervisor.log in the state directory"),
            };
        }
    }

    private static async Task<string> WhyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { } why ? why : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
