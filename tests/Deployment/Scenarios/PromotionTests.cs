using System.Net;
using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when releases are good.</summary>
[Trait(Sample.Turn, "4")]
public sealed class PromotionTests(Stories<PromotionStory> stories) : IClassFixture<Stories<PromotionStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.Promotion);

    [Theory, MemberData(nameof(Targets))]
    public async Task A_first_release_is_promoted_and_answers_at_the_public_door(string target)
    {
        var story = await stories.OnAsync(target);
        story.First.ShouldEndWith(0);
        story.FirstPage!.Value.Status.Should().Be(HttpStatusCode.OK);
        story.FirstPage.Value.Body.Should().Contain("welcome").And.Contain(story.First.Version);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_second_release_takes_over_and_no_request_fails(string target)
    {
        var story = await stories.OnAsync(target);
        story.Second.ShouldEndWith(0);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Mixed.Should().BeEmpty();
        story.Traffic.Versions.Keys.Should().BeEquivalentTo([story.First.Version, story.Second.Version, story.Third.Version]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Requests_in_flight_end_on_the_release_where_they_began_before_it_is_stopped(string target)
    {
        var story = await stories.OnAsync(target);
        story.InFlight.Should().HaveCount(5)
            .And.OnlyContain(answer => answer.Status == HttpStatusCode.OK && answer.Body == $"{{\"front\":\"{story.First.Version}\"}}");
        var drained = story.Second.Events.First(line => line.Is("step-ended", "drain")).At;
        drained.Should().BeAfter(story.InFlightEnded, "the old release is waited for, and stopped only then: {0}", story.Second.Evidence);
        story.Second.Steps.Should().ContainInOrder("switch", "promote", "drain", "stopSlot");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task The_old_release_is_retired_and_only_the_new_one_runs(string target)
    {
        var story = await stories.OnAsync(target);
        story.ServicesAfterSecond.Should().BeEquivalentTo($"{story.Second.Version}/back", $"{story.Second.Version}/front");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Plan_changes_nothing(string target)
    {
        var story = await stories.OnAsync(target);
        story.Planned.ShouldEndWith(0);
        story.AfterFirstPlan.Should().BeEmpty();
        story.PlannedAgain.ShouldEndWith(0);
        story.PlanChangedNothing.Should().BeTrue("plan, versions, status, history and logs only read");
        story.PlannedAgain.Rows("planned-step").Select(step => step.Step).Should().Contain(["smokePublic", "promote"]);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_plan_of_a_deployment_lists_exactly_what_the_deployment_then_changes(string target)
    {
        var story = await stories.OnAsync(target);
        PlannedChanges.ShouldBeThoseOf(story.First, story.Planned);
        PlannedChanges.ShouldBeThoseOf(story.Third, story.PlannedThird);
        PlannedChanges.Of(story.PlannedThird).Should().HaveCountGreaterThan(8).And.NotBeEquivalentTo(PlannedChanges.Of(story.Planned));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Status_says_that_nothing_serves_before_the_first_release(string target)
    {
        var story = await stories.OnAsync(target);
        story.StatusBefore.ShouldEndWith(17);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Versions_status_and_history_tell_what_happened(string target)
    {
        var story = await stories.OnAsync(target);
        story.Versions.Rows("release").Select(row => (row["version"], row["verdict"], row["stable"], row["current"])).Should()
            .Equal((story.Second.Version, "promoted", "yes", "yes"), (story.First.Version, "promoted", "yes", "no"));
        story.Status.Rows("service").Select(row => (row["service"], row["version"], row["health"], row["traffic"])).Should()
            .BeEquivalentTo([("back", story.Second.Version, "healthy", "yes"), ("front", story.Second.Version, "healthy", "yes")]);
        story.History.Rows("past-deployment").Select(row => (row["version"], row["verdict"], row["exit"])).Should()
            .Equal((story.Second.Version, "promoted", "0"), (story.First.Version, "promoted", "0"));
        story.Logs.ShouldEndWith(0);
        story.Logs.Rows("note").Should().Contain(note => note["text"]!.StartsWith("front | ", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Of_two_runners_at_once_one_is_told_who_holds_the_lock(string target)
    {
        var story = await stories.OnAsync(target);
        story.Rival.ShouldEndWith(15);
        story.Rival.Summary.Should().Contain("held by").And.Contain("for 'deploy'");
        story.Third.ShouldEndWith(0);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Output_json_is_only_json_and_its_last_line_is_the_verdict(string target)
    {
        var story = await stories.OnAsync(target);
        story.Runs.Should().AllSatisfy(run =>
        {
            run.NoJson.Should().BeEmpty();
            run.Events[^1].Event.Should().Be("finished");
            run.Events[^1].ExitCode.Should().Be(run.ExitCode);
            run.Verdict.Should().BeOneOf("pass", "fail", "inconclusive");
            run.Events.Should().AllSatisfy(line => line.Json.TryGetProperty("deployment", out _).Should().BeTrue());
        });
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task The_generated_secrets_are_in_no_output_and_in_no_command_line(string target)
    {
        var story = await stories.OnAsync(target);
        story.Secrets.Should().HaveCount(2).And.NotContain("", "otherwise nothing is looked for");
        story.Runs.Where(run => story.Secrets.Any(secret => run.Evidence.Contains(secret, StringComparison.Ordinal)))
            .Select(run => run.Command).Should().BeEmpty();
        story.CommandLines.Should().Contain(line => line.Contains("Tiny.dll", StringComparison.Ordinal)
            || line.Contains("docker", StringComparison.Ordinal), "the looking works at all");
        story.CommandLines.Where(line => story.Secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_file_that_holds_a_generated_secret_is_no_log_or_record_and_its_owners_alone(string target)
    {
        var story = await stories.OnAsync(target);
        story.FilesWithSecrets.Should().NotBeEmpty("they have to be kept somewhere");
        story.FilesWithSecrets.Should().AllSatisfy(file =>
        {
            file.Path.Should().NotContainAny("journal", "logs/", "evidence/", "results/", "releases/", "builds/");
            file.Mode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.Path);
        });
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Taken_down_with_its_volumes_an_environment_leaves_nothing(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
