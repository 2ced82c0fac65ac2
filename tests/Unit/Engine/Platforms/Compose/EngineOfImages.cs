using System.Text.Json;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>An engine that knows images by name and id, and answers everything else as it is told.</summary>
internal sealed class EngineOfImages : IExecutor
{
    /// <summary>Name → what there is of it. An image is also known by its id.</summary>
    public Dictionary<string, Image> Images { get; } = [];

    /// <summary>Begin of a command line → its answer.</summary>
    public Dictionary<string, string> Answers { get; } = new() { ["docker version --format '{{.Server.Os}}"] = "linux/amd64\n" };

    /// <summary>Begin of a command line → the error it ends with.</summary>
    public Dictionary<string, string> Errors { get; } = [];

    /// <summary>What a registry gives, by name.</summary>
    public Dictionary<string, Image> Registry { get; } = [];

    public List<string> Ran { get; } = [];

    public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
    {
        Ran.Add($"{command}");
        if (Of(Errors, command) is { } error) return Task.FromResult(new CommandResult(command, 1, "", error));
        if (Of(Answers, command) is { } answer) return Ok(answer);
        switch (command.Arguments.ToArray())
        {
            case ["image", "inspect", var name]:
                return (Images.GetValueOrDefault(name) ?? Images.Values.FirstOrDefault(image => image.Id == name)) is { } found
                    ? Ok($"[{found.Json}]")
                    : Task.FromResult(new CommandResult(command, 1, "", "no such image"));
            case ["image", "inspect", _, _, ..]:
                var known = command.Arguments.Skip(2).Select(id => Images.Values.First(image => image.Id == id).Json);
                return Ok($"[{string.Join(',', known)}]");
            case ["image", "ls", ..]: return Ok(string.Join('\n', Images.Values.Select(image => image.Id)));
            case ["tag", var from, var to]:
                Images[to] = Images.GetValueOrDefault(from) ?? Images.Values.First(image => image.Id == from);
                break;
            case ["image", "rm", .. var names]:
                foreach (var name in names) Images.Remove(name);
                break;
            case ["pull", .., var pulled] when Registry.TryGetValue(pulled, out var there): Images[pulled] = there; break;
        }

        return Ok("");

        Task<CommandResult> Ok(string output) => Task.FromResult(new CommandResult(command, 0, output, ""));
    }

    private static string? Of(Dictionary<string, string> all, Command command) =>
        all.Where(one => $"{command}".StartsWith(one.Key, StringComparison.Ordinal)).Select(one => one.Value).FirstOrDefault();

    /// <summary>An image as <c>docker image inspect</c> answers it.</summary>
    public sealed record Image(string Id, string Architecture = "amd64")
    {
        public Dictionary<string, string> Labels { get; init; } = [];

        public IReadOnlyList<string> Layers { get; init; } = [];

        public string Json => JsonSerializer.Serialize(new
        {
            Id, Size = 7, Os = "linux", Architecture, Config = new { Labels }, RootFS = new { Layers },
        });
    }
}
