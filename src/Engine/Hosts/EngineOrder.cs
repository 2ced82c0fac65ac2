using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>A change by the <c>docker</c> program that its engine makes over HTTP.</summary>
/// <param name="Calls">What the engine is told: all at once, as the program does it.</param>
/// <remarks>Source of the routes: the Docker Engine API reference, version 1.45.</remarks>
internal sealed record EngineOrder(IReadOnlyList<EngineCall> Calls)
{
    /// <summary>Whether a call waits for the one before: of images, where one name may be the last of what another one is.</summary>
    public bool InTurn { get; init; }

    /// <summary>Null for what is not known here, and for everything that only asks.</summary>
    public static EngineOrder? Of(Command command) =>
        command is { Program: "docker", Asks: false } ? Of([.. command.Arguments]) : null;

    /// <summary>Gives the order. What was begun is never given a second time: the engine may have done it without an answer.</summary>
    /// <returns>Null where no connection could be made, so that the engine knows of nothing.</returns>
    public async Task<CommandResult?> GiveAsync(HttpClient engine, Command command, CancellationToken cancellationToken)
    {
        var answers = new List<EngineAnswer>();
        foreach (var calls in InTurn ? Calls.Chunk(1) : [[.. Calls]])
            answers.AddRange(await Task.WhenAll(calls.Select(call => call.SendAsync(engine, cancellationToken))));
        if (answers.All(answer => answer.Unconnected)) return null;
        return new(command, answers.Any(answer => answer.Failed) ? 1 : 0, string.Concat(answers.Select(answer => answer.Output)),
            string.Join('\n', answers.Select(answer => answer.Error).OfType<string>()));
    }

    private static EngineOrder? Of(string[] arguments) => arguments switch
    {
        ["start", var container] => One(new(HttpMethod.Post, $"containers/{Name(container)}/start") { Prints = container }),
        ["stop", "--time", var seconds, _, ..] => new([.. arguments[3..].Select(container =>
            new EngineCall(HttpMethod.Post, $"containers/{Name(container)}/stop?t={seconds}") { Prints = container })]),
        ["rm", "--force", "--volumes", _, ..] => new([.. arguments[3..].Select(container =>
            new EngineCall(HttpMethod.Delete, $"containers/{Name(container)}?force=true&v=true")
            {
                Prints = container, MayBeGone = true,
            })]),
        ["network", "create", .. var labels, var network] when Values(labels, "--label") is { } set => One(new(HttpMethod.Post,
            "networks/create")
        {
            Body = new()
            {
                ["Name"] = network, ["CheckDuplicate"] = true, ["Driver"] = "bridge", ["Labels"] = new JsonObject(set
                    .Select(label => label.Split('=', 2))
                    .Select(pair => KeyValuePair.Create(pair[0], (JsonNode?)(pair.Length > 1 ? pair[1] : "")))),
                ["IPAM"] = new JsonObject { ["Driver"] = "default", ["Options"] = new JsonObject(), ["Config"] = new JsonArray() },
                ["Options"] = new JsonObject(),
            },
            Reads = answer => $"{answer.GetProperty("Id").GetString()}\n",
        }),
        ["network", "connect", .. var aliases, var network, var container] when Values(aliases, "--alias") is { } set => One(new(
            HttpMethod.Post, $"networks/{Name(network)}/connect")
        {
            Body = new()
            {
                ["Container"] = container, ["EndpointConfig"] = new JsonObject
                {
                    ["IPAMConfig"] = new JsonObject(), ["Aliases"] = new JsonArray([.. set.Select(alias => (JsonNode)alias)]),
                    ["DriverOpts"] = new JsonObject(),
                },
            },
        }),
        ["network", "disconnect", "--force", var network, var container] => One(new(HttpMethod.Post, $"networks/{Name(network)}/disconnect")
        {
            Body = new() { ["Container"] = container, ["Force"] = true },
        }),
        ["network", "rm", var network] => One(new(HttpMethod.Delete, $"networks/{Name(network)}") { Prints = network }),
        ["tag", var image, var tag] => One(new(HttpMethod.Post, $"images/{Name(image)}/tag?{Tag(tag)}")),
        ["image", "rm", _, ..] => new([.. arguments[2..].Select(image => new EngineCall(HttpMethod.Delete, $"images/{Name(image)}")
        {
            Reads = answer => string.Concat(answer.EnumerateArray().SelectMany(removed => removed.EnumerateObject())
                .Select(one => $"{one.Name}: {one.Value.GetString()}\n")),
        })]) { InTurn = true },
        _ => null,
    };

    private static EngineOrder One(EngineCall call) => new([call]);

    /// <summary>The values of an option that is repeated; null where another word is among them.</summary>
    private static string[]? Values(string[] words, string option) =>
        words.Length % 2 == 0 && words.Where((_, place) => place % 2 == 0).All(word => word == option)
            ? [.. words.Where((_, place) => place % 2 == 1)]
            : null;

    private static string Tag(string reference)
    {
        var colon = reference.LastIndexOf(':') is var last && last > reference.LastIndexOf('/') ? last : reference.Length;
        var tag = colon < reference.Length ? reference[(colon + 1)..] : "latest";
        return $"repo={Uri.EscapeDataString(reference[..colon])}&tag={Uri.EscapeDataString(tag)}";
    }

    private static string Name(string name) => EngineQuestion.Name(name);
}

/// <summary>One request of an order.</summary>
internal sealed record EngineCall(HttpMethod Method, string Path)
{
    public JsonObject? Body { get; init; }

    /// <summary>A line that the program prints when it is done; null for none.</summary>
    public string? Prints { get; init; }

    /// <summary>What the program prints of the answer; null where it reads none.</summary>
    public Func<JsonElement, string>? Reads { get; init; }

    /// <summary>It is done as well where what it is about is not there.</summary>
    public bool MayBeGone { get; init; }

    public async Task<EngineAnswer> SendAsync(HttpClient engine, CancellationToken cancellationToken)
    {
        // With content, also an empty one, the client never sends it again by itself.
        using var request = new HttpRequestMessage(Method, Path)
        {
            Content = Body is null ? new ByteArrayContent([]) : new StringContent(Body.ToJsonString(), null, "application/json"),
        };
        try
        {
            using var response = await engine.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            // What is started or stopped already needs no change.
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
                return new(Printed(body));
            return new("", $"Error response from daemon: {Message(body)}", MayBeGone && response.StatusCode == HttpStatusCode.NotFound);
        }
        catch (HttpRequestException none) when (none.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return new("", $"the engine cannot be reached: {none.Message}") { Unconnected = true };
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return new("", $"the engine gave no answer to {Method} {Path.Split('?')[0]}: {silent.Message}");
        }
    }

    private string Printed(byte[] body)
    {
        if (Reads is null) return Prints is null ? "" : $"{Prints}\n";
        using var answer = JsonDocument.Parse(body);
        return Reads(answer.RootElement);
    }

    private static string Message(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return $"{document.RootElement.GetProperty("message").GetString()}";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return System.Text.Encoding.UTF8.GetString(body);
        }
    }
}

/// <param name="Error">Why it was not done, or a remark where it counts as done; null where there is nothing to say.</param>
/// <param name="Done">It counts as done in spite of the error.</param>
internal sealed record EngineAnswer(string Output, string? Error = null, bool Done = false)
{
    public bool Failed => Error is not null && !Done;

    /// <summary>Nothing was sent.</summary>
    public bool Unconnected { get; init; }
}
