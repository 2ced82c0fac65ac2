using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;

namespace ChainBridge.Engine.Hosts;

/// <summary>A question of the <c>docker</c> program that its engine answers over HTTP.</summary>
/// <param name="Paths">What is asked of the engine, each answered with JSON.</param>
/// <param name="Print">What the program prints of the answers.</param>
/// <remarks>Source of the routes: the Docker Engine API reference, version 1.45.</remarks>
internal sealed record EngineQuestion(IReadOnlyList<string> Paths, Func<IReadOnlyList<JsonElement>, string> Print)
{
    private const string NoTag = "<none>:<none>";

    /// <summary>Null for what is not known here, and for everything that changes something.</summary>
    public static EngineQuestion? Of(Command command) =>
        command is { Program: "docker", Asks: true } ? Of([.. command.Arguments]) : null;

    private static EngineQuestion? Of(string[] arguments) => arguments switch
    {
        ["version", "--format", "{{.Server.Version}}"] => One("version", answer => Lines([answer.GetProperty("Version").GetString()!])),
        ["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"] => One("version",
            answer => Lines([$"{answer.GetProperty("Os").GetString()}/{answer.GetProperty("Arch").GetString()}"])),
        ["info", "--format", "{{json .DriverStatus}}"] => One("info", answer => Lines([answer.GetProperty("DriverStatus").GetRawText()])),
        ["info", "--format", "{{.DockerRootDir}}"] => One("info", answer => Lines([answer.GetProperty("DockerRootDir").GetString()!])),
        ["info", "--format", "{{.ID}}"] => One("info", answer => Lines([answer.GetProperty("ID").GetString()!])),
        ["inspect", "--type", "container", _, ..] => new([.. arguments[3..].Select(id => $"containers/{Name(id)}/json")], Listed),
        ["image", "inspect", var image] => new([$"images/{Name(image)}/json"], Listed),
        ["image", "inspect", _, _, ..] => new([.. arguments[2..].Select(image => $"images/{Name(image)}/json")], Listed),
        ["image", "ls", "--quiet", "--no-trunc"] => One("images/json", answer => Lines(Images(answer).Select(image => image.Id))),
        ["image", "ls", "--filter", var filter, "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"] =>
            One($"images/json?filters={Filters([filter])}", answer => Lines(Images(answer).Select(image => $"{image.Name} {image.Id}"))),
        ["ps", "--all", "--quiet", "--no-trunc", "--filter", var filter] =>
            One($"containers/json?all=true&filters={Filters([filter])}", answer => Lines(Each(answer, "Id"))),
        ["network", "ls", "--filter", var filter, "--format", "{{.Name}}"] =>
            One($"networks?filters={Filters([filter])}", answer => Lines(Each(answer, "Name"))),
        ["network", "ls", "--filter", var first, "--filter", var second, "--format", var format] when LabelOf(format) is { } label =>
            One($"networks?filters={Filters([first, second])}", answer => Lines(answer.EnumerateArray().Select(network =>
                $"{network.GetProperty("Name").GetString()} {Label(network, label)}"))),
        ["network", "inspect", "--format", DockerCommands.MemberNames, var network] => One($"networks/{Name(network)}",
            answer => Lines([string.Concat(answer.GetProperty("Containers").EnumerateObject()
                .OrderBy(container => container.Name, StringComparer.Ordinal)
                .Select(container => $"{container.Value.GetProperty("Name").GetString()} "))])),
        ["volume", "ls", "--quiet", .. var filters] when filters.Where((_, place) => place % 2 == 0).All(word => word == "--filter") =>
            One($"volumes?filters={Filters(filters.Where((_, place) => place % 2 == 1))}",
                answer => Lines(answer.GetProperty("Volumes") is { ValueKind: JsonValueKind.Array } volumes ? Each(volumes, "Name") : [])),
        _ => null,
    };

    private static EngineQuestion One(string path, Func<JsonElement, string> print) => new([path], answers => print(answers[0]));

    private static string Listed(IReadOnlyList<JsonElement> answers) =>
        $"[{string.Join(',', answers.Select(answer => answer.GetRawText()))}]\n";

    private static IEnumerable<string> Each(JsonElement list, string property) =>
        list.EnumerateArray().Select(item => item.GetProperty(property).GetString()!);

    /// <summary>A line for each tag; an image without one has a line for each repository of its digests, or one without a name.</summary>
    private static IEnumerable<(string Name, string Id)> Images(JsonElement list) => list.EnumerateArray().SelectMany(image =>
    {
        var tags = Texts(image, "RepoTags").Where(tag => tag != NoTag).ToList();
        var repositories = Texts(image, "RepoDigests").Select(digest => digest.Split('@')[0]).Distinct().Where(name => name != "<none>")
            .Except(tags.Select(tag => tag[..tag.LastIndexOf(':')])).Select(name => $"{name}:<none>");
        var id = image.GetProperty("Id").GetString()!;
        return tags.Concat(repositories).DefaultIfEmpty(NoTag).Select(name => (name, id));
    });

    private static IEnumerable<string> Texts(JsonElement item, string list) =>
        item.GetProperty(list) is { ValueKind: JsonValueKind.Array } texts ? texts.EnumerateArray().Select(text => text.GetString()!) : [];

    /// <summary>The label that a format of name and label asks for.</summary>
    private static string? LabelOf(string format) =>
        format.Split('"') is ["{{.Name}} {{.Label ", var label, "}}"] ? label : null;

    private static string? Label(JsonElement item, string label) =>
        item.GetProperty("Labels") is { ValueKind: JsonValueKind.Object } labels && labels.TryGetProperty(label, out var value)
            ? value.GetString()
            : "";

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    /// <summary>An image's name may hold slashes, which the engine's routes allow for.</summary>
    internal static string Name(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    /// <summary><c>label=KEY=VALUE</c> as the engine wants it: <c>{"label":["KEY=VALUE"]}</c>.</summary>
    private static string Filters(IEnumerable<string> filters) => Uri.EscapeDataString(new JsonObject(filters
        .Select(filter => filter.Split('=', 2)).GroupBy(pair => pair[0], pair => (JsonNode?)pair[^1])
        .Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, new JsonArray([.. group])))).ToJsonString());
}
