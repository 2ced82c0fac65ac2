using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// A registry that misbehaves while a release is made: the old one serves on, and the run ends with what the registry answered.
/// </summary>
[Trait(Sample.Turn, "8")]
public sealed class RegistryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_that_misbehaves_changes_nothing_and_is_named_with_its_answer()
    {
        await using var lab = await Lab.OpenAsync("compose", Stop);
        await lab.Repository.ReleaseAsync("fine", Stop);
        (await lab.DeployAsync(Stop)).ShouldEndWith(0);
        var other = MisbehavingRegistry.Own == "arm64" ? "amd64" : "arm64";
        using var registry = new MisbehavingRegistry(other);
        await NeedAsync(lab, $"{registry.Address}/acme/seed:1");
        await ShouldEndAsync(lab, 16, $"is for linux/{other}, and this machine is linux/{MisbehavingRegistry.Own}");
        registry.Asked.Should().NotContain($"GET /v2/acme/seed/blobs/{registry.Layer}", "an image that cannot run is not fetched");
        registry.Behaviour = Misbehaviour.Unauthorized;
        await ShouldEndAsync(lab, 16, $"{registry.Address} refuses this login", "no basic auth credentials");
        registry.Behaviour = Misbehaviour.ServerError;
        await ShouldEndAsync(lab, 18, $"{registry.Address} fails by itself", "500");
    }

    /// <summary>The next release waits for a one-shot service with this image.</summary>
    private static Task NeedAsync(Lab lab, string image) => lab.Repository.ChangeAsync("docker-compose.yml", _ => $$"""
        services:
          back: { image: "${BACK_IMAGE}", restart: unless-stopped, depends_on: { seed: { condition: service_completed_successfully } } }
          front: { image: "${FRONT_IMAGE}", restart: unless-stopped, stop_grace_period: 30s }
          seed: { image: "{{image}}" }
        """, Stop);

    private static async Task ShouldEndAsync(Lab lab, int exitCode, params string[] evidence)
    {
        var run = await lab.DeployAsync(Stop);
        run.ShouldEndWith(exitCode);
        foreach (var piece in evidence) run.Summary.Should().Contain(piece, "{0}", run.Evidence);
        run.Events[^1]["next"].Should().NotBeNullOrEmpty();
        run.Steps.Should().NotContain("startSlot");
        (await lab.AskAsync("/", Stop))!.Value.Body.Should().Contain("welcome", "the old release serves on");
    }
}
