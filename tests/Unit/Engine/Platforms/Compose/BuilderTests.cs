using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Where what a builder makes goes, and when it is refused because a part of it would be lost.</summary>
public sealed class BuilderTests
{
    private static readonly BuilderSpec Plain = new(null, [], [], [], Sbom: false, null, null);
    private static readonly RegistrySpec Registry = new("registry.test:5000/acme", null, null);
    private readonly EngineOfImages _engine = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_environment_without_build_gets_its_images_into_the_engines_store_and_asks_no_builder()
    {
        (await OptionsAsync(null)).Should().Be(BuildxOptions.Plain);
        _engine.Ran.Should().BeEmpty();
    }

    [Fact]
    public async Task Attestations_go_straight_to_the_registry_where_the_way_into_the_engine_would_lose_them()
    {
        Has("docker-container");
        (await OptionsAsync(Plain with { Name = "ci", Sbom = true, Provenance = "max" }, Registry))
            .Should().BeEquivalentTo(new BuildxOptions("ci", Push: true, [], [], [], "true", "max"));
        (await OptionsAsync(Plain with { Name = "ci", Platforms = ["linux/amd64"] }, Registry)).Push.Should().BeFalse();
    }

    [Theory]
    [InlineData("""[["driver-type","io.containerd.snapshotter.v1"]]""", false)]
    [InlineData("""[["Backing Filesystem","extfs"]]""", true)]
    public async Task The_engines_own_builder_makes_attestations_only_with_containerds_store(string status, bool refused)
    {
        Has("docker");
        _engine.Answers["docker info --format '{{json .DriverStatus}}'"] = status;
        var options = () => OptionsAsync(Plain with { Provenance = "max" }, Registry);
        if (refused)
            (await options.Should().ThrowAsync<EngineException>())
                .WithMessage("*has the driver docker, and provenance cannot be made by it")
                .Where(failure => failure.Failure == Failure.Refused && failure.NextStep.Contains("docker buildx create"));
        else (await options()).Push.Should().BeFalse("that store keeps them");
    }

    [Fact]
    public async Task A_cache_that_is_written_elsewhere_and_an_image_of_several_platforms_need_another_builder_too()
    {
        Has("docker");
        _engine.Answers["docker info"] = "[]";
        (await RefusedAsync(Plain with { CacheTo = ["type=gha,scope={service}"] })).Message.Should().Contain("the cache type=gha");
        (await RefusedAsync(Plain with { Platforms = ["linux/amd64", "linux/arm64"] })).Message.Should()
            .Contain("an image for linux/amd64, linux/arm64");
        (await OptionsAsync(Plain with { CacheTo = ["type=inline"] })).CacheTo.Should().Equal("type=inline");
    }

    [Fact]
    public async Task Attestations_without_a_way_that_keeps_them_are_refused_and_never_left_out()
    {
        Has("remote");
        var refused = await RefusedAsync(Plain with { Sbom = true }, registry: null);
        refused.Message.Should().Contain("an SBOM would be lost");
        refused.NextStep.Should().Contain("name a registry");
    }

    [Fact]
    public async Task A_builder_that_is_not_there_is_refused_with_how_to_make_it()
    {
        _engine.Errors["docker buildx inspect ci"] = "ERROR: no builder \"ci\" found";
        var refused = await RefusedAsync(Plain with { Name = "ci" });
        refused.Message.Should().Contain("no builder");
        refused.NextStep.Should().Contain("docker buildx create --name ci");
    }

    private void Has(string driver) => _engine.Answers["docker buildx inspect"] = $"Name:   ci\nDriver: {driver}\n\nNodes:\nName: ci0\n";

    private Task<BuildxOptions> OptionsAsync(BuilderSpec? spec, RegistrySpec? registry = null) =>
        new Builder(spec, registry, new DockerEngine(_engine)).OptionsAsync(Stop);

    private async Task<EngineException> RefusedAsync(BuilderSpec spec, RegistrySpec? registry = null)
    {
        var options = () => OptionsAsync(spec, registry);
        var refused = (await options.Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.Refused);
        return refused;
    }
}
