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

    private sealed class Scripted(Func<Command, Task<CommandResult>> answer) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            answer(command);
    }
}
