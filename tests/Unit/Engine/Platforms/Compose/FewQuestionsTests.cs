using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Each question to an engine on a host costs a way there and back: none is asked twice, and none waits for another.</summary>
public sealed class FewQuestionsTests
{
    private readonly EngineOfImages _images = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_engine_that_says_it_has_no_such_image_is_asked_nothing_more()
    {
        (await new DockerEngine(_images).ImageAsync("shop/api:v1", Stop)).Should().BeNull();
        _images.Ran.Should().Equal("docker image inspect shop/api:v1");
    }

    [Fact]
    public async Task Containers_that_were_named_before_are_asked_about_beside_the_list()
    {
        var listed = new TaskCompletionSource<string>();
        var (list, asked) = (DockerCommands.ContainersOf("shop"), new List<string>());
        var engine = new DockerEngine(new Scripted(async command =>
        {
            asked.Add($"{command}");
            return command.Arguments[0] == "ps"
                ? new(command, 0, asked.Count == 1 ? "a\nb\n" : await listed.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop), "")
                : new CommandResult(command, 0, Described([.. command.Arguments.Skip(3)]), "");
        }));
        (await engine.ContainersAsync(list, Stop)).Select(container => container.Id).Should().Equal("a", "b");
        var again = engine.ContainersAsync(list, Stop);
        asked.Should().HaveCount(4, "both were asked before one was answered");
        listed.SetResult("a\nb\n");
        (await again).Select(container => container.Id).Should().Equal("a", "b");
        asked.Should().HaveCount(4);
    }

    [Theory]
    [InlineData("b\n", "b")]
    [InlineData("a\nb\nc\n", "a b c")]
    [InlineData("", "")]
    public async Task Containers_are_those_that_the_list_names_now_whatever_it_named_before(string now, string expected)
    {
        var lists = new Queue<string>(["a\nb\n", now]);
        var engine = new DockerEngine(new Scripted(command => Task.FromResult(command.Arguments[0] == "ps"
            ? new CommandResult(command, 0, lists.Dequeue(), "")
            : new CommandResult(command, 0, Described([.. command.Arguments.Skip(3)]), ""))));
        var list = DockerCommands.ContainersOf("shop");
        await engine.ContainersAsync(list, Stop);
        string.Join(' ', (await engine.ContainersAsync(list, Stop)).Select(container => container.Id)).Should().Be(expected);
    }

    [Theory]
    [InlineData("Cannot connect to the Docker daemon", 1)]
    [InlineData("No such image: the engine did not answer", CommandResult.TimedOut)]
    public async Task An_engine_that_does_not_answer_is_no_missing_image(string error, int code)
    {
        var silent = new Scripted(command => Task.FromResult(new CommandResult(command, code, "", error)));
        var asking = () => new DockerEngine(silent).ImageAsync("shop/api:v1", Stop);
        (await asking.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task An_engine_is_asked_for_its_platform_once_and_again_only_after_a_failure()
    {
        var engine = new DockerEngine(_images);
        _images.Errors["docker version --format '{{.Server.Os}}"] = "busy";
        await engine.Invoking(asked => asked.PlatformAsync(Stop)).Should().ThrowAsync<EngineException>();
        _images.Errors.Clear();
        _images.Ran.Clear();
        for (var time = 0; time < 3; time++) $"{await engine.PlatformAsync(Stop)}".Should().Be("linux/amd64");
        _images.Ran.Should().ContainSingle();
    }

    [Fact]
    public async Task Images_that_are_sent_are_asked_for_at_once_and_tagged_in_their_order()
    {
        string[] names = ["shop/web:v2", "shop/api:v2", "shop/job:v2"];
        foreach (var name in names) _images.Images[$"{name[..^1]}1"] = new($"sha256:{name}");
        var (asked, all) = (0, new TaskCompletionSource());
        // The first questions are answered when all of them are there.
        var there = new Scripted(async command =>
        {
            if (command.Arguments is not ["image", "inspect", ..]) return await _images.RunAsync(command, null, Stop);
            if (++asked == names.Length) all.SetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
            return await _images.RunAsync(command, null, Stop);
        });
        var host = new Elsewhere(there, new LocalHost(new EngineOfImages()));
        await new ImageTransport(host, new(host), new(host.Workshop)).SendAsync([.. names.Select(name => (name, $"sha256:{name}"))], Stop);
        _images.Ran.Where(ran => ran.StartsWith("docker tag", StringComparison.Ordinal))
            .Should().Equal(names.Select(name => $"docker tag sha256:{name} {name}"));
    }

    [Fact]
    public async Task Artifacts_that_the_host_lacks_are_found_in_their_order()
    {
        _images.Images["shop/web:v2"] = new("sha256:web");
        var host = new Elsewhere(_images, new LocalHost(new EngineOfImages()));
        var lacking = await new ImageTransport(host, new(host), new(host.Workshop)).LackingAsync(
            [new("sha256:two", "shop/api:v2", 7), new("sha256:web", "shop/web:v2", 7), new("sha256:one", "shop/job:v2", 7)], Stop);
        lacking.Select(artifact => artifact.Location).Should().Equal("shop/api:v2", "shop/job:v2");
    }

    /// <summary>What the engine answers about containers with these ids.</summary>
    private static string Described(IReadOnlyList<string> ids) => $"[{string.Join(',', ids.Select(id => $$$"""
        {"Id":"{{{id}}}","Name":"/{{{id}}}","Image":"sha256:x","RestartCount":0,"Config":{"Labels":{}},"NetworkSettings":{"Ports":{}},
         "State":{"Running":true,"Restarting":false,"ExitCode":0,"StartedAt":"2026-01-01T00:00:00Z"}}
        """))}]";

    private sealed class Scripted(Func<Command, Task<CommandResult>> answer) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            answer(command);
    }
}
