using System.Text.Json;
using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What a real engine answers over its socket is what the <c>docker</c> program prints.</summary>
[Trait(Sample.Turn, "4")]
public sealed class EngineSocketTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_question_has_the_same_answer_over_the_socket_as_from_the_program()
    {
        var path = EngineSocket.PathIn(Environment.GetEnvironmentVariable);
        Assert.SkipWhen(path is null, "DOCKER_HOST or a context leads docker past a socket here, so every question is run");
        await using var lab = await Lab.OpenAsync("compose", Stop);
        (await lab.DeployAsync(Stop)).ShouldEndWith(0);
        var container = (await Shell.RunAsync("/", Stop, "docker", "ps", "--quiet", "--no-trunc", "--filter",
            $"name={lab.Variables["TINY_PROJECT"]}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        container.Should().HaveCountGreaterThan(3);
        var label = await Shell.RunAsync("/", Stop, "docker", "inspect", "--format", "{{index .Config.Labels \"chainbridge.environment\"}}",
            container[0]);
        var image = await Shell.RunAsync("/", Stop, "docker", "inspect", "--format", "{{.Image}}", container[0]);
        var network = (await Shell.RunAsync("/", Stop, "docker", "inspect", "--format",
            "{{range $name, $network := .NetworkSettings.Networks}}{{println $name}}{{end}}", container[0])).Split('\n')[0].Trim();
        Command[] questions =
        [
            DockerCommands.EngineVersion(), DockerCommands.EnginePlatform(), DockerCommands.StoreStatus(),
            DockerCommands.InspectImages([image.Trim(), image.Trim()]),
            DockerCommands.Containers($"chainbridge.environment={label.Trim()}"),
            DockerCommands.InspectContainers(container), DockerCommands.InspectContainers(["no-such-container"]),
            DockerCommands.InspectImage(image.Trim()), DockerCommands.InspectImage($"{lab.Variables["TINY_PROJECT"]}/no-such:image"),
            DockerCommands.Networks($"chainbridge.environment={label.Trim()}"), DockerCommands.Networks("no=such"),
            DockerCommands.NetworksWith("chainbridge.environment", $"chainbridge.environment={label.Trim()}"),
            DockerCommands.NetworksWith("chainbridge.environment", "no=such"),
            DockerCommands.InspectNetwork(network), DockerCommands.InspectNetwork("no-such-network"),
            DockerCommands.ListImages($"chainbridge.environment={label.Trim()}"), DockerCommands.ListImages("no=such"),
            DockerCommands.Volumes($"chainbridge.environment={label.Trim()}"), DockerCommands.Volumes("no=such", "label=1"),
        ];
        var program = new LocalExecutor(TimeProvider.System);
        var socket = new EngineSocket(new NoProgram(), path, TimeProvider.System);
        foreach (var question in questions)
        {
            var (printed, answered) = (await program.RunAsync(question, null, Stop), await socket.RunAsync(question, null, Stop));
            answered.ExitCode.Should().Be(printed.ExitCode, "{0}", question);
            if (printed.Succeeded) Whole(answered.Output).Should().Be(Whole(printed.Output), "{0}", question);
        }

        // Other tests make and remove images meanwhile.
        var all = DockerCommands.ImageIds();
        var mine = Lines(await socket.RunAsync(DockerCommands.ListImages($"chainbridge.environment={label.Trim()}"), null, Stop))
            .Select(line => line.Split(' ')[1]).ToHashSet();
        mine.Should().NotBeEmpty();
        Lines(await socket.RunAsync(all, null, Stop)).Where(mine.Contains).Order()
            .Should().Equal(Lines(await program.RunAsync(all, null, Stop)).Where(mine.Contains).Order());
    }

    private static string[] Lines(CommandResult answer) => answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Lines in any order; JSON without white space and without what changes from one look to the next, the log of the health check.
    /// </summary>
    private static string Whole(string output)
    {
        if (!output.StartsWith('[')) return string.Join('\n', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        var list = JsonNode.Parse(output)!.AsArray();
        foreach (var item in list) ((item as JsonObject)?["State"] as JsonObject)?.Remove("Health");
        return list.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
    }

    private sealed class NoProgram : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"the socket did not answer: {command}");
    }
}
