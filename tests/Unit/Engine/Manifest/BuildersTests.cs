using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>How an environment's images are built.</summary>
public sealed class BuildersTests
{
    private const string Manifest = """
        project: shop
        services: { api: { image: shop/api, port: 80, public: true } }
        gates: { smoke: { probes: [{ path: / }] } }
        environments:
          staging:
            target: compose
            composeFile: compose.yml
            build:
              builder: ci
        """;

    [Fact]
    public void A_builder_its_platforms_caches_and_attestations_are_read()
    {
        var build = Read($"{Manifest}\n      platforms: linux/amd64\n      cacheFrom: [\"type=gha\"]\n"
            + "      cacheTo: [\"type=gha,scope={service}\", type=inline]\n      sbom: r.test/scanner\n      provenance: max").Manifest!
            .Environments["staging"].Build!;
        build.Should().BeEquivalentTo(new BuilderSpec("ci", ["linux/amd64"], ["type=gha"], ["type=gha,scope={service}", "type=inline"],
            true, "r.test/scanner", "max"));
        BuilderSpec.For("pay", build.CacheTo).Should().Equal("type=gha,scope=pay", "type=inline");
        Read(Manifest).Manifest!.Environments["staging"].Build!.MakesIndex.Should().BeFalse();
        Read(Manifest.Replace("    build:\n      builder: ci", "", StringComparison.Ordinal)).Manifest!.Environments["staging"].Build
            .Should().BeNull();
        foreach (var (sbom, attests) in new[] { ("true", true), ("false", false) })
            Read($"{Manifest}\n      sbom: {sbom}\n      provenance: false").Manifest!.Environments["staging"].Build!.Attests
                .Should().Be(attests);
    }

    [Theory]
    [InlineData("builder: ci", "platforms: [arm64]", "9:18", "'arm64' is no platform", "linux/amd64")]
    [InlineData("builder: ci", "provenance: most", "9:19", "'most' is no kind of provenance", "min or max")]
    [InlineData("builder: ci", "cacheTo: [\"type=gha\"]", "9:16", "every service would write its layers to 'type=gha'", "{service}")]
    [InlineData("target: compose", "target: process", "9:7", "build is about images, and the target is process", "target: compose")]
    public void A_build_that_cannot_be_is_a_problem_with_its_place_and_what_to_write(
        string right, string wrong, string place, string message, string hint)
    {
        var problem = Read(Manifest.Replace(right, wrong, StringComparison.Ordinal)).Problems.Should().ContainSingle().Which;
        problem.ToString().Should().StartWith($"chainbridge.yml:{place}:").And.Contain(message).And.Contain(hint);
    }

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/somewhere/chainbridge.yml", _ => null);
}
