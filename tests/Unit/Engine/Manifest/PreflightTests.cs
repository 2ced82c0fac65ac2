using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>The section <c>preflight</c> of a manifest and of its environments.</summary>
public sealed class PreflightTests
{
    private const string Manifest = """
        project: shop
        services: { web: { image: shop/web, public: true } }
        gates: { smoke: { probes: [ { path: / } ] } }
        preflight:
          branch: develop
          github: { repository: acme/shop, api: https://github.example.org/api/v3, token: GITHUB_TOKEN, checks: [build, test] }
          disk: 2GB
          clock: 30s
        environments:
          staging: { target: process }
          production: { target: process, preflight: { branch: [main, hotfix], memory: 512MB, disk: 10GB } }
        """;

    [Fact]
    public void A_manifest_without_the_section_has_only_limits_that_any_host_keeps()
    {
        var text = string.Join('\n', Manifest.Split('\n').Where(line => !line.StartsWith("  branch", StringComparison.Ordinal)
            && !line.StartsWith("  github", StringComparison.Ordinal) && !line.StartsWith("  disk", StringComparison.Ordinal)
            && !line.StartsWith("  clock", StringComparison.Ordinal) && !line.StartsWith("preflight", StringComparison.Ordinal)));
        var spec = Read(text).Manifest!.Environments["staging"].Preflight;
        spec.Should().BeEquivalentTo(new PreflightSpec());
        (spec.Configured, spec.Disk, spec.Memory, spec.Clock).Should().Be((false, 1_000_000_000, null, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void An_environment_has_the_keys_of_the_manifest_where_it_has_none_of_its_own()
    {
        var environments = Read(Manifest).Manifest!.Environments;
        var staging = environments["staging"].Preflight;
        staging.Branches.Should().Equal("develop");
        (staging.Disk, staging.Memory, staging.Clock).Should().Be((2_000_000_000, null, TimeSpan.FromSeconds(30)));
        staging.GitHub.Should().BeEquivalentTo(new GitHubChecks("acme", "shop", new("https://github.example.org/api/v3/"), "GITHUB_TOKEN",
            ["build", "test"], null));
        var production = environments["production"].Preflight;
        production.Branches.Should().Equal("main", "hotfix");
        (production.Disk, production.Memory, production.Clock).Should().Be((10_000_000_000, 512_000_000, TimeSpan.FromSeconds(30)));
        production.GitHub.Should().Be(staging.GitHub);
    }

    [Theory]
    [InlineData("repository: acme/shop", "repository: shop", "6:25", "'shop' is no repository", "owner/name")]
    [InlineData("repository: acme/shop, ", "", "6:11", "lacks 'repository'", "add repository")]
    [InlineData("https://github.example.org/api/v3", "github.example.org", "6:41", "is no http address", "https://HOST/api/v3")]
    [InlineData("disk: 2GB", "disk: much", "7:9", "'much'", "50MB")]
    [InlineData("branch: develop", "brunch: develop", "5:3", "unknown key 'brunch'", "did you mean 'branch'?")]
    public void A_problem_of_the_section_has_its_place_and_a_hint(string right, string wrong, string place, string message, string hint)
    {
        Manifest.Should().Contain(right);
        var problem = Read(Manifest.Replace(right, wrong, StringComparison.Ordinal)).Problems.Should().ContainSingle().Which;
        problem.ToString().Should().StartWith($"chainbridge.yml:{place}:").And.Contain(message).And.Contain(hint);
    }

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/somewhere/chainbridge.yml", _ => null);
}
