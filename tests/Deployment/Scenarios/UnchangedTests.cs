using System.Text.Json;
using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>A service that did not change since a release is taken from it, and one that states its release is built with each.</summary>
[Trait(Sample.Turn, "5")]
public sealed class UnchangedTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_did_not_change_is_taken_by_digest_from_the_release_that_has_it()
    {
        await using var lab = await Lab.OpenAsync("compose", Stop);
        // Back no longer asks for the version; front does.
        var dockerfile = await File.ReadAllTextAsync(Path.Combine(lab.Repository.Folder, "Dockerfile"), Stop);
        await File.WriteAllTextAsync(Path.Combine(lab.Repository.Folder, "Back.Dockerfile"), string.Join('\n', dockerfile.Split('\n')
            .Where(line => !line.StartsWith("ARG VERSION") && !line.StartsWith("ARG COMMIT") && !line.StartsWith("RUN echo"))), Stop);
        await lab.Repository.ChangeAsync("chainbridge.yml", text => text.Replace("image: ${TINY_PROJECT}/back\n",
            "image: ${TINY_PROJECT}/back\n    dockerfile: Back.Dockerfile\n", StringComparison.Ordinal), Stop);
        var first = await DeployAsync(lab, "fine");
        Settled(first, "back").Should().StartWith("built in");

        await lab.Repository.ReleaseAsync("fine", Stop);
        await lab.Target.MakeBuildableAsync(lab, Stop);
        var plan = await lab.RunAsync(Stop, "plan");
        plan.ShouldEndWith(0);
        var notes = plan.Rows("planned-step").Single(step => step.Step == "build").Json.GetProperty("notes").EnumerateArray()
            .Select(note => note.GetString());
        notes.Should().Equal($"back: unchanged since {first.Version}, not rebuilt");
        var second = await lab.RunAsync(Stop, "deploy");
        second.ShouldEndWith(0);
        Settled(second, "back").Should().Be($"unchanged since {first.Version}, not rebuilt");
        Settled(second, "front").Should().StartWith("built in");
        PlannedChanges.ShouldBeThoseOf(second, plan);
        second.Output.Should().Contain(line => line.Contains($"as in {first.Version}", StringComparison.Ordinal), "sizes are compared");
        DigestOf(lab, second, "back").Should().Be(DigestOf(lab, first, "back"));
        DigestOf(lab, second, "front").Should().NotBe(DigestOf(lab, first, "front"));

        var (down, left) = await lab.DownAsync(Stop);
        down.ShouldEndWith(0);
        left.Should().BeEmpty("an image with the tag of an older release is found too");
    }

    private static async Task<RunResult> DeployAsync(Lab lab, string behaviour)
    {
        await lab.Repository.ReleaseAsync(behaviour, Stop);
        var run = await lab.DeployAsync(Stop);
        run.ShouldEndWith(0);
        return run;
    }

    private static string? Settled(RunResult run, string service) =>
        run.Rows("service-settled").Single(line => line["service"] == service)["text"];

    private static string DigestOf(Lab lab, RunResult run, string service)
    {
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(lab.State, "releases", run.Version, "release.json")));
        return record.RootElement.GetProperty("artifacts").GetProperty(service).GetProperty("digest").GetString()!;
    }
}
