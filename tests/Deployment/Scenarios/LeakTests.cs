using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// No secret that a runner is given, makes or asks for is in anything it prints, writes or starts, but where it is needed; not even when
/// the release and the team's own commands print all they have.
/// </summary>
[Trait(Sample.Turn, "12")]
public sealed class LeakTests(Stories<LeakStory> stories) : IClassFixture<Stories<LeakStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Leaks);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_failing_deployment_prints_no_secret_in_json_or_text(string target)
    {
        var story = await stories.OnAsync(target);
        story.Json.ShouldEndWith(11);
        story.Text.ExitCode.Should().Be(11);
        story.Canaries.Names.Should().HaveCountGreaterThan(8);
        story.Printed.Should().BeEmpty();
        story.Masked.Should().BeTrue("what the hook printed is there, without the secrets");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task No_command_line_has_a_secret(string target) => (await stories.OnAsync(target)).CommandLines.Should().BeEmpty();

    [Theory, MemberData(nameof(Targets))]
    public async Task Files_have_secrets_only_where_they_are_needed_and_only_for_their_owner(string target)
    {
        var story = await stories.OnAsync(target);
        // A service's log is what it prints itself, with no process of ours between; a supervisor starts units again with their settings.
        string[] needed = ["state/staging/secrets/", "state/staging/logs/", "state/staging/supervisor/units.json: "];
        story.Files.Where(found => !needed.Any(place => found.StartsWith(place, StringComparison.Ordinal))).Should().BeEmpty();
        story.Files.Should().Contain(found => found.StartsWith("state/staging/secrets/", StringComparison.Ordinal),
            "the looking works at all");
        story.Open.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Containers_and_images_have_no_secret_but_those_of_the_service_itself(string target)
    {
        string[] needed = ["base-database-1 env: generated database", "base-edge-1 env: generated edge.admin",
            "blue-back-1 env: LEDGER_PASSWORD", "blue-back-1 env: generated database", "blue-front-1 env: SHOP_API_KEY"];
        (await stories.OnAsync(target)).Containers.Where(found => !needed.Any(end => found.EndsWith(end, StringComparison.Ordinal)))
            .Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_secret_that_is_written_into_a_log_on_purpose_is_found(string target)
    {
        var story = await stories.OnAsync(target);
        story.Planted.Should().Equal("state/staging/results/planted/command.log: SHOP_API_KEY");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
