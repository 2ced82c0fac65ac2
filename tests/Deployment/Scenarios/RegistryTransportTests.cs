using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>Images through a registry, with a real engine: what it takes and gives, and what it answers instead.</summary>
[Trait(Sample.Turn, "8")]
public sealed class RegistryTransportTests : IAsyncLifetime
{
    private readonly MisbehavingRegistry _registry = new();
    private readonly LocalHost _host = new(new LocalExecutor(TimeProvider.System));
    private string _image = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DockerEngine Engine => new(_host);

    public async ValueTask InitializeAsync()
    {
        await new ComposeUnderTest().RequireAsync(Stop);
        _image = $"seed-{Guid.NewGuid().ToString("N")[..8]}:v1";
        var there = $"{_registry.Address}/acme/seed:1";
        await Engine.MustAsync(DockerCommands.Pull(there), Failure.Refused, "-", Stop);
        await Engine.MustAsync(DockerCommands.Tag(there, _image), Failure.Refused, "-", Stop);
        await Engine.MustAsync(DockerCommands.RemoveImages([there]), Failure.Refused, "-", Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_image.Length > 0) await Engine.TryAsync(DockerCommands.RemoveImages([_image]), CancellationToken.None);
        _registry.Dispose();
    }

    [Fact]
    public async Task An_image_is_pushed_pulled_and_known_by_the_same_id()
    {
        var id = (await Engine.ImageAsync(_image, Stop))!.Id;
        await Transport().SendAsync([(_image, id)], Stop);
        (await Engine.ImageAsync(_image, Stop))!.Id.Should().Be(id);
        (await Engine.ImageAsync($"{_registry.Address}/acme/{_image}", Stop)).Should().BeNull("the second name is taken away again");
        _registry.Asked.Should().Contain(asked => asked.StartsWith("PUT /v2/acme/seed-") && asked.EndsWith("/manifests/v1"));
    }

    [Fact]
    public async Task An_image_that_a_build_pushed_is_fetched_by_its_digest_and_known_by_its_name()
    {
        await Engine.TryAsync(DockerCommands.RemoveImages([_image]), Stop);
        var built = new Artifact(_registry.Digest, _image, 0) { Remote = $"{_registry.Address}/acme/seed@{_registry.Digest}" };
        using var login = new RegistryLogin(null);
        var fetched = await Transport().FetchAsync(built, login, Stop);
        fetched.Digest.Should().StartWith("sha256:");
        fetched.Bytes.Should().BeGreaterThan(0);
        (await Engine.ImageAsync(_image, Stop))!.Id.Should().Be(fetched.Digest);
        await Engine.TryAsync(DockerCommands.RemoveImages([_image]), Stop);
        (await Transport().BringAsync(fetched, Stop)).Should().BeNull("the digest in the registry is recorded with the release");
        (await Engine.ImageAsync(_image, Stop))!.Id.Should().Be(fetched.Digest);
    }

    [Theory]
    [InlineData(Misbehaviour.Unauthorized, Failure.Refused, "refuses this login", "no basic auth credentials")]
    [InlineData(Misbehaviour.TooManyRequests, Failure.Unreachable, "answers 429: too many requests", "429")]
    [InlineData(Misbehaviour.ServerError, Failure.Unreachable, "fails by itself", "500")]
    [InlineData(Misbehaviour.OtherLayer, Failure.Refused, "sent something else than what its digest names", "verification failed")]
    [InlineData(Misbehaviour.OtherManifest, Failure.Refused, "sent something else than what its digest names", "verification failed")]
    [InlineData(Misbehaviour.HalfALayer, Failure.Unreachable, "broke off in the middle of an answer", "EOF")]
    public async Task A_registry_that_does_not_give_an_image_is_a_failure_of_its_kind_with_its_answer(
        Misbehaviour behaviour, Failure failure, string what, string answer)
    {
        // An engine keeps the manifests of what it pulled once, and would not ask for them again: so an image it has never seen.
        using var registry = new MisbehavingRegistry { Behaviour = behaviour };
        var there = $"{registry.Address}/acme/seed@{registry.Digest}";
        var pulling = () => new ImagePull(_host, Engine, Engine).PullAsync(
            there, whole: true, RegistryTrouble.OfImage(there), null, Failure.GateFailed, "-", Stop);
        var trouble = (await pulling.Should().ThrowAsync<EngineException>()).Which;
        trouble.Failure.Should().Be(failure, trouble.Message);
        trouble.Message.Should().Contain($"{registry.Address} {what}").And.Contain(answer);
        trouble.NextStep.Should().NotBeEmpty();
        (await Engine.ImageAsync(there, Stop)).Should().BeNull("no half of it is there");
    }

    [Fact]
    public async Task A_registry_that_does_not_take_an_image_is_named_with_what_to_do()
    {
        var id = (await Engine.ImageAsync(_image, Stop))!.Id;
        _registry.Behaviour = Misbehaviour.Unauthorized;
        var sending = () => Transport().SendAsync([(_image, id)], Stop);
        var trouble = (await sending.Should().ThrowAsync<EngineException>()).Which;
        trouble.Failure.Should().Be(Failure.Refused, trouble.Message);
        trouble.Message.Should().Contain($"{_registry.Address} refuses this login");
        trouble.NextStep.Should().StartWith($"docker login {_registry.Address}, with the right to write");
        (await Engine.ImageAsync($"{_registry.Address}/acme/{_image}", Stop)).Should().BeNull("the second name is taken away again");
    }

    private RegistryTransport Transport()
    {
        var registry = new RegistrySpec($"{_registry.Address}/acme", null, null);
        return new(_host, Engine, Engine, registry, new RegistryLogins(_host, Engine, registry, "/nonexistent", _ => null),
            TimeProvider.System);
    }
}
