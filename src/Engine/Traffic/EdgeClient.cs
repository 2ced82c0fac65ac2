using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Traffic;

/// <summary>Talks to the admin side of an edge.</summary>
/// <param name="key">What the edge was started with; it answers no request without.</param>
/// <param name="ports">The ports it stands on.</param>
internal sealed class EdgeClient(Uri admin, string key, IReadOnlyList<OpenPort> ports) : IDisposable
{
    /// <summary>The variable the edge gets its key in.</summary>
    public const string KeyVariable = "CHAINBRIDGE_EDGE_KEY";

    /// <summary>What to do with an edge that an earlier runner started.</summary>
    public const string Replaced = "deployrunner down (keeps data and history), then deploy, replaces it";

    /// <summary>How long the edge tries to connect to a slot; well within the time it has to answer.</summary>
    public static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(3);

    private readonly HttpClient _client = new()
    {
        BaseAddress = admin,
        Timeout = TimeSpan.FromSeconds(5),
        DefaultRequestHeaders = { Authorization = new("Bearer", key) }
    };

    /// <summary>For messages.</summary>
    public string Name => $"the edge at {admin}";

    /// <summary>The ports it stands on.</summary>
    public IReadOnlyList<OpenPort> Ports => ports;

    /// <summary>Which slot has how much of the traffic.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Unreachable"/>: the edge does not answer.</exception>
    public async Task<Shares> SharesAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken);
        if (state.Active is not { } name) return Shares.None;
        var active = Enum.Parse<Slot>(name, ignoreCase: true);
        return state.Shares is { } shares
            ? new(active, shares.GetValueOrDefault(Slot.Blue.Name()), shares.GetValueOrDefault(Slot.Green.Name()))
            : Shares.All(active);
    }

    public async Task<int> InFlightAsync(Slot slot, CancellationToken cancellationToken) =>
        (await StateAsync(cancellationToken)).InFlight.GetValueOrDefault(slot.Name());

    /// <summary>What the edge counted for the slot since the edge started.</summary>
    /// <exception cref="EngineException">
    /// <see cref="Failure.Unreachable"/>: the edge does not answer, or is one that does not count.
    /// </exception>
    public async Task<SlotFigures> FiguresAsync(Slot slot, CancellationToken cancellationToken) =>
        await StateAsync(cancellationToken) is { Start: { } start, Figures: { } figures } state
            ? figures.GetValueOrDefault(slot.Name()) is { } counted
                ? new(start, counted.Requests, counted.Failed, counted.Broken)
                {
                    GivenUp = counted.GivenUp, Durations = counted.Duration is { } times ? Latencies.Of(times.Buckets) : null
                }
                : new(start, 0, 0, 0) { Durations = state.Ports is null ? null : Latencies.Of([]) }
            : throw Old();

    /// <summary>Tells the edge what it may limit; from the next request on.</summary>
    public Task LimitAsync(EdgeSpec limits, FencingToken token, CancellationToken cancellationToken) =>
        PutAsync("limits", new ToldLimits(limits.MaxBody, limits.IdleTimeout, token.Value), EdgeJson.Default.ToldLimits, cancellationToken);

    /// <summary>Tells an edge of an earlier runner where a slot is.</summary>
    public Task PlaceAsync(Slot slot, Uri address, FencingToken token, CancellationToken cancellationToken) =>
        PutAsync($"slots/{slot.Name()}", new ToldAddress(address, token.Value), EdgeJson.Default.ToldAddress, cancellationToken);

    /// <summary>Tells where a slot is at every door, and what is in it.</summary>
    public Task PlaceAsync(string slot, EdgePlacement placed, FencingToken token, CancellationToken cancellationToken) =>
        PutAsync($"slots/{slot}", new ToldPlace(placed.Doors, placed.Version, token.Value), EdgeJson.Default.ToldPlace, cancellationToken);

    /// <summary>
    /// Has the edge connect to a slot; answers the doors at which it could not, and null where it is one that cannot be asked.
    /// </summary>
    public async Task<IReadOnlyList<EdgeUnreached>?> ReachAsync(Slot slot, IReadOnlyList<string> doors, CancellationToken cancellationToken)
    {
        using var answer = await AskReachAsync(slot, new(doors, ReachWithin), cancellationToken);
        return answer is null
            ? null
            : (await answer.Content.ReadFromJsonAsync(EdgeJson.Default.EdgeReached, cancellationToken))!.Unreached;
    }

    /// <summary>Whether the edge can be asked to connect to a slot.</summary>
    public async Task<bool> KnowsReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            // No time to try: an edge that knows the question refuses it, and connects to no slot.
            using var answer = await AskReachAsync(Slot.Blue, new(null, TimeSpan.Zero), cancellationToken);
            return answer is not null;
        }
        catch (EngineException refused) when (refused.Failure == Failure.Refused)
        {
            return true;
        }
    }

    /// <summary>Puts these doors in the place of all told before.</summary>
    public Task OpenAsync(IReadOnlyList<EdgeRule> doors, FencingToken token, CancellationToken cancellationToken) =>
        PutAsync("doors", new ToldDoors(doors, token.Value), EdgeJson.Default.ToldDoors, cancellationToken);

    public Task SwitchAsync(Slot slot, FencingToken token, CancellationToken cancellationToken) =>
        PutAsync("active", new ToldSlot(slot.Name(), token.Value), EdgeJson.Default.ToldSlot, cancellationToken);

    /// <summary>Gives the slot so many of a hundred new requests, and the other one the rest.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: the edge is one that can only switch.</exception>
    public async Task ShareAsync(Slot slot, int percent, FencingToken token, CancellationToken cancellationToken)
    {
        if ((await StateAsync(cancellationToken)).Ports is null)
            throw new EngineException(Failure.Refused, $"{Name} was started by an earlier runner and cannot share the traffic", Replaced);
        var rest = slot == Slot.Blue ? Slot.Green : Slot.Blue;
        var told = new Dictionary<string, int> { [slot.Name()] = percent, [rest.Name()] = Shares.Whole - percent };
        await PutAsync("shares", new ToldShares(told, token.Value), EdgeJson.Default.ToldShares, cancellationToken);
    }

    /// <summary>Waits until no request is in flight in the slot; answers how many were left at the deadline.</summary>
    public async Task<int> DrainAsync(Slot slot, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var left = await InFlightAsync(slot, cancellationToken);
            if (left == 0 || time.GetElapsedTime(began) > deadline) return left;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>All that the edge says of itself.</summary>
    public async Task<EdgeAnswer> StateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.GetFromJsonAsync("state", EdgeJson.Default.EdgeAnswer, cancellationToken))!;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Away(away);
        }
    }

    private Task<HttpResponseMessage?> AskReachAsync(Slot slot, AskedReach asked, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"slots/{slot.Name()}/reach", JsonContent.Create(asked, EdgeJson.Default.AskedReach), cancellationToken);

    private async Task PutAsync<T>(string path, T told, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Put, path, JsonContent.Create(told, type), cancellationToken))?.Dispose();

    /// <summary>Null from an edge of an earlier runner that has no such route, where it works on without.</summary>
    private async Task<HttpResponseMessage?> SendAsync(
        HttpMethod method, string path, JsonContent body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            var answer = await _client.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
            {
                var why = await answer.Content.ReadAsStringAsync(cancellationToken);
                // That it counts nothing either is told where its figures are asked for.
                if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && (path == "limits"
                    || (method == HttpMethod.Post && !why.Contains("unknownSlot", StringComparison.Ordinal)))) return null;
                if (answer.StatusCode == HttpStatusCode.Conflict && !why.Contains("portNotOpen", StringComparison.Ordinal))
                    throw new EngineException(Failure.Locked, $"the edge refused: {why}",
                        "another runner took over; look at deployrunner status");
                if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.BadRequest)
                    throw new EngineException(Failure.Refused, $"{Name} refused {path}: {why}", "correct the manifest's doors; or "
                        + "deployrunner down (keeps data and history), then deploy");
                answer.EnsureSuccessStatusCode();
                return null;
            }
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Away(away);
        }
    }

    private EngineException Old() =>
        new(Failure.Unreachable, $"the edge at {admin} was started by an earlier runner and counts no requests", Replaced);

    private EngineException Away(Exception why) => why is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized }
        ? new(Failure.Unreachable,
            $"the edge at {admin} was started with another key than the one in secrets/ of the state directory",
            "restore that file; or deployrunner down, then deploy", why)
        : new(Failure.Unreachable, $"the edge at {admin} does not answer: {why.Message}",
            "look at the edge's log in the state directory; deploy starts it again", why);
}
