using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>A disk that fills while images are on their way: the failure names the machine, the disk and what to do.</summary>
public sealed class FullDiskTests
{
    private const string Loading = "Error processing tar file(exit status 1): write /usr/lib/libc.so: no space left on device";
    private const string Saving =
        "Error response from daemon: write /var/lib/docker/tmp/docker-export-1/layer.tar: no space left on device";

    private readonly EngineOfImages _here = new();
    private readonly EngineOfImages _there = new();

    public FullDiskTests()
    {
        _here.Images["shop/api:v1"] = new("sha256:one");
        _here.Answers["docker info --format '{{.DockerRootDir}}'"] = "/var/lib/docker\n";
        _there.Answers["docker info --format '{{.DockerRootDir}}'"] = "/srv/docker\n";
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Loading, "ssh://there", "/srv/docker")]
    [InlineData(Saving, "this machine", "/var/lib/docker")]
    public async Task A_disk_that_fills_while_images_are_sent_is_named_with_its_machine(string error, string machine, string disk)
    {
        _here.Errors["/bin/sh"] = error;
        Names(await FailsAsync(throughRegistry: false), error, machine, disk);
    }

    [Theory]
    [InlineData("docker pull", "ssh://there", "/srv/docker")]
    [InlineData("docker push", "this machine", "/var/lib/docker")]
    public async Task A_disk_that_fills_on_the_way_through_a_registry_is_named_with_its_machine(
        string command, string machine, string disk)
    {
        const string error = "failed to register layer: write /layer: no space left on device";
        (machine == "this machine" ? _here : _there).Errors[command] = error;
        Names(await FailsAsync(throughRegistry: true), error, machine, disk);
    }

    [Fact]
    public async Task A_disk_that_is_too_full_to_be_asked_is_named_without_its_figures()
    {
        _here.Errors["/bin/sh"] = Loading;
        _there.Errors["docker info"] = "no space left on device";
        var failure = await FailsAsync(throughRegistry: false);
        failure.Message.Should().StartWith("the disk of ssh://there is full: ");
    }

    [Fact]
    public async Task Another_failure_stays_what_it_is()
    {
        _here.Errors["/bin/sh"] = "broken pipe";
        (await FailsAsync(throughRegistry: false)).Message.Should().NotContain("full").And.Contain("broken pipe");
    }

    private static void Names(EngineException failure, string evidence, string machine, string disk)
    {
        failure.Failure.Should().Be(Failure.Refused, "it is exit 16: nothing was changed for good");
        failure.Message.Should().MatchRegex($"^the disk of {machine} is full \\(.+ of .+ are free at {disk}\\): ").And.Contain(evidence);
        failure.NextStep.Should().Contain($"make room on {machine}: docker system df");
    }

    private async Task<EngineException> FailsAsync(bool throughRegistry)
    {
        var host = new Elsewhere(_there, new LocalHost(_here)) { OwnFiles = new OtherHostFiles(Path.GetTempPath()) };
        var (engine, workshop) = (new DockerEngine(host), new DockerEngine(host.Workshop));
        var registry = new RegistrySpec("registry.test:5000/acme", "ci", new("CI_PASSWORD", "chainbridge.yml:9:3"));
        var login = Path.Combine(Path.GetTempPath(), $"chainbridge-login-{Guid.NewGuid():N}");
        var transport = new ImageTransport(host, engine, workshop, throughRegistry
            ? new(host, engine, workshop, registry, new(host, workshop, registry, login, _ => "hunter2"), TimeProvider.System)
            : null);
        var send = () => transport.SendAsync([("shop/api:v1", "sha256:one")], Stop);
        return (await send.Should().ThrowAsync<EngineException>()).Which;
    }
}
