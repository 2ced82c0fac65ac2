using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>What is asked before an image is pulled, and what a registry's answers mean.</summary>
public sealed class ImagePullTests
{
    private const string Arm = """
        {"Ref":"r.test/api:1","Descriptor":{"digest":"sha256:m","platform":{"architecture":"arm64","os":"linux","variant":"v8"}},
         "OCIManifest":{"layers":[{"size":1000},{"size":500}]}}
        """;

    private readonly EngineOfImages _engine = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_for_another_architecture_is_refused_before_it_is_pulled_naming_both()
    {
        _engine.Answers["docker manifest inspect --verbose r.test/api:1"] = Arm;
        var refused = await RefusedAsync();
        refused.Message.Should().Be("r.test/api:1 is for linux/arm64/v8, and this machine is linux/amd64");
        refused.NextStep.Should().Contain("platforms: [linux/amd64]");
        _engine.Ran.Should().NotContain(ran => ran.StartsWith("docker pull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hosts_own_architecture_must_be_among_those_of_an_image()
    {
        var unknown = Arm.Replace("\"arm64\"", "\"unknown\"", StringComparison.Ordinal).Replace("\"linux\"", "\"unknown\"",
            StringComparison.Ordinal);
        _engine.Answers["docker manifest inspect"] = $"[{Arm},{unknown}]";
        (await RefusedAsync()).Message.Should().Contain("is for linux/arm64/v8, and", "what is attached is no platform");
        _engine.Answers["docker manifest inspect"] = $"[{Arm},{Arm.Replace("arm64", "amd64", StringComparison.Ordinal)}]";
        _engine.Answers["docker info"] = "/\n";
        _engine.Registry["r.test/api:1"] = new("sha256:api");
        (await PullAsync())!.Id.Should().Be("sha256:api");
    }

    [Theory]
    [InlineData("""{"architecture":"arm64","os":"linux"}""", "linux/arm64")]
    [InlineData("""
        {"linux/arm64":{"architecture":"arm64","os":"linux"},"linux/s390x":{"architecture":"s390x","os":"linux"},
         "unknown/unknown":{"architecture":"unknown","os":"unknown"}}
        """, "linux/arm64 and linux/s390x")]
    public async Task A_registry_that_docker_manifest_cannot_ask_is_asked_by_BuildKits_client(string image, string platforms)
    {
        _engine.Errors["docker manifest inspect"] = "tls: first record does not look like a TLS handshake";
        _engine.Answers["docker buildx imagetools inspect"] = image;
        (await RefusedAsync()).Message.Should().Be($"r.test/api:1 is for {platforms}, and this machine is linux/amd64");
        _engine.Ran.Should().NotContain(ran => ran.StartsWith("docker pull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_that_cannot_be_asked_beforehand_does_not_get_another_architecture_past()
    {
        _engine.Errors["docker manifest inspect"] = "no such manifest";
        _engine.Registry["r.test/api:1"] = new("sha256:api", "s390x");
        (await RefusedAsync()).Message.Should().Be("r.test/api:1 is for linux/s390x, and this machine is linux/amd64");
    }

    [Theory]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("386", null)]
    [InlineData("amd64", null)]
    public async Task An_image_that_was_built_for_another_architecture_is_refused_before_it_is_sent_or_started(
        string built, string? refused)
    {
        var host = new LocalHost(_engine);
        var transport = new ImageTransport(host, new DockerEngine(host), new DockerEngine(host));
        _engine.Images["shop/api:v1"] = new("sha256:one", built);
        var sending = () => transport.SendAsync([("shop/api:v1", "sha256:one")], Stop);
        var bringing = () => transport.BringAsync(new Artifact("sha256:one", "shop/api:v1", 7), Stop);
        if (refused is null)
        {
            await sending();
            (await bringing()).Should().BeTrue();
            return;
        }

        foreach (var use in new Func<Task>[] { sending, bringing })
            (await use.Should().ThrowAsync<EngineException>()).WithMessage($"shop/api:v1 is for {refused}, and this machine is linux/amd64")
                .Which.Failure.Should().Be(Failure.Refused);
    }

    [Fact]
    public async Task An_image_for_which_the_engines_disk_has_no_room_is_refused_before_it_is_pulled()
    {
        _engine.Answers["docker manifest inspect"] = Arm.Replace("arm64", "amd64", StringComparison.Ordinal)
            .Replace("1000", "9000000000000000", StringComparison.Ordinal);
        _engine.Answers["docker info"] = "/\n";
        (await RefusedAsync()).Message.Should().Contain("r.test/api:1 brings 9000000 GB to this machine, and").And.Contain("are free at /");
        _engine.Ran.Should().NotContain(ran => ran.StartsWith("docker pull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_layers_that_the_engine_lacks_need_room()
    {
        var big = new RegistryManifest(new("linux", "amd64"), [9_000_000_000_000_000, 500]);
        _engine.Answers["docker info"] = "/\n";
        _engine.Images["shop/api:v1"] = new("sha256:one") { Layers = ["sha256:base", "sha256:old"] };
        await Pull().RefuseFullAsync("shop/api:v2", big, ["sha256:base", "sha256:new"], Stop);
        var refused = () => Pull().RefuseFullAsync("shop/api:v2", big, ["sha256:other", "sha256:new"], Stop);
        (await refused.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Refused);
    }

    [Theory]
    [InlineData("unauthorized: authentication required", Failure.Refused, "refuses this login")]
    [InlineData("denied: requested access to the resource is denied", Failure.Refused, "refuses this login")]
    [InlineData("toomanyrequests: You have reached your pull rate limit", Failure.Unreachable, "429: too many requests")]
    [InlineData("error parsing HTTP 429 response body: invalid character", Failure.Unreachable, "429: too many requests")]
    [InlineData("received unexpected HTTP status: 500 Internal Server Error", Failure.Unreachable, "fails by itself")]
    [InlineData("unexpected EOF", Failure.Unreachable, "broke off in the middle of an answer")]
    [InlineData("filesystem layer verification failed for digest sha256:1", Failure.Refused, "something else than what its digest names")]
    [InlineData("manifest verification failed for digest sha256:1", Failure.Refused, "something else than what its digest names")]
    [InlineData("dial tcp: lookup r.test on 127.0.0.1:53: no such host", Failure.Unreachable, "leads to no address")]
    [InlineData("dial tcp 127.0.0.1:5000: connect: connection refused", Failure.Unreachable, "does not answer")]
    [InlineData("x509: certificate signed by unknown authority", Failure.Refused, "is not trusted")]
    [InlineData("failed to register layer: no space left on device", Failure.Refused, "no room left")]
    [InlineData("manifest unknown", Failure.GateFailed, "manifest unknown")]
    public async Task An_answer_of_a_registry_is_a_failure_of_its_kind_with_its_evidence_and_a_next_step(
        string error, Failure failure, string what)
    {
        _engine.Errors["docker manifest inspect"] = error;
        _engine.Errors["docker pull"] = error;
        var pull = () => PullAsync(Failure.GateFailed);
        var trouble = (await pull.Should().ThrowAsync<EngineException>()).Which;
        trouble.Failure.Should().Be(failure);
        trouble.Message.Should().Contain(what).And.Contain(error, "what the registry answered is the evidence");
        trouble.NextStep.Should().NotBeEmpty();
    }

    private ImagePull Pull() => new(new LocalHost(_engine), new DockerEngine(_engine), new DockerEngine(_engine));

    private Task<ImageInfo?> PullAsync(Failure otherwise = Failure.Refused) => Pull().PullAsync(
        "r.test/api:1", whole: true, RegistryTrouble.OfImage("r.test/api:1"), null, otherwise, "correct it", Stop);

    private async Task<EngineException> RefusedAsync()
    {
        var pull = () => PullAsync();
        var refused = (await pull.Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.Refused);
        return refused;
    }
}
