using ChainBridge.Tests.Deployment.Harness;
using ChainBridge.Tests.Deployment.Harness.Targets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>What holds when the runner does not come to its end.</summary>
[Trait(Sample.Turn, "0")]
public sealed class BrokenOffTests(Stories<BrokenOffStory> stories) : IClassFixture<Stories<BrokenOffStory>>
{
    public static TheoryData<string> Targets => TargetsUnderTest.For(Scenario.BrokenOff);

    public static MatrixTheoryData<string, string> KillPoints =>
        new(TargetsUnderTest.NamesFor(Scenario.BrokenOff), BrokenOffStory.KillPoints(Sample.OfThisRun));

    public static MatrixTheoryData<string, string> InterruptPoints =>
        new(TargetsUnderTest.NamesFor(Scenario.BrokenOff), BrokenOffStory.InterruptPoints(Sample.OfThisRun));

    [Theory, MemberData(nameof(KillPoints))]
    public async Task A_killed_runner_that_is_run_again_resumed_or_undone_ends_with_one_release_serving_and_nothing_left_over(
        string target, string point)
    {
        var broken = (await stories.OnAsync(target)).Kills[point];
        broken.Run.ExitCode.Should().Be(RunResult.Killed, "otherwise nothing was shown: {0}", broken.Run.Evidence);
        broken.Again!.ShouldEndWith(0);
        ShouldServe(broken);
    }

    [Theory, MemberData(nameof(InterruptPoints))]
    public async Task An_interrupted_runner_leaves_the_old_release_serving_and_nothing_else(string target, string point)
    {
        var broken = (await stories.OnAsync(target)).Interrupts[point];
        broken.Run.ShouldEndWith(130);
        broken.Expected.Should().Be(broken.Before);
        ShouldServe(broken);
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Runners_that_die_cost_no_request(string target)
    {
        var story = await stories.OnAsync(target);
        story.Traffic.Sent.Should().BeGreaterThan(100);
        story.Traffic.Failures.Should().BeEmpty();
        story.Traffic.Mixed.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_is_left_of_it(string target)
    {
        var story = await stories.OnAsync(target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_migration_that_outlives_its_runner_is_waited_for_and_then_undone(string target)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var lab = await Lab.OpenAsync(target, stop);
        (await lab.DeployAsync(stop)).ShouldEndWith(0);
        var one = await lab.Repository.HeadAsync(stop);
        await lab.Repository.ReleaseAsync("fine", stop, "CREATE TABLE visits (id int) | DROP TABLE visits\n"
            + "SELECT pg_sleep(20); ALTER TABLE visits ADD COLUMN page text | ALTER TABLE visits DROP COLUMN page");
        using var run = await lab.StartDeployAsync(stop);
        await run.BeginsAsync("migrate", stop);
        await Until.TrueAsync("the migration runs", TimeSpan.FromSeconds(60), () => lab.Target.MigratesAsync(lab, stop), stop);
        run.Kill();

        await lab.Repository.CheckOutAsync(one, stop);
        (await lab.DeployAsync(stop)).ShouldEndWith(0);
        (await lab.Target.MigratesAsync(lab, stop)).Should().BeFalse();
        (await lab.AskAsync("/", stop))!.Value.Body.Should().Contain("\"step\":1", "the second step was undone with its release");
    }

    [Theory, MemberData(nameof(Targets))]
    public async Task A_migration_under_way_when_the_runner_is_interrupted_comes_to_its_end_and_is_then_undone(string target)
    {
        var stop = TestContext.Current.CancellationToken;
        var statement = TimeSpan.FromSeconds(8);
        await using var lab = await Lab.OpenAsync(target, stop);
        var first = await lab.DeployAsync(stop);
        first.ShouldEndWith(0);
        await lab.Repository.ReleaseAsync("fine", stop, "CREATE TABLE visits (id int) | DROP TABLE visits\n"
            + $"SELECT pg_sleep({statement.TotalSeconds}); ALTER TABLE visits ADD COLUMN page text | ALTER TABLE visits DROP COLUMN page");
        await lab.Target.MakeBuildableAsync(lab, stop);
        using var run = lab.Start(lab.Variables, ["setsid"], "deploy");
        await run.BeginsAsync("migrate", stop);
        await Until.TrueAsync("the migration runs", TimeSpan.FromSeconds(60), () => lab.Target.MigratesAsync(lab, stop), stop);
        await run.InterruptAllAsync(stop);
        var interrupted = await lab.EndAsync(run, stop);

        interrupted.ShouldEndWith(130);
        var (began, ended) = (interrupted.Events.First(line => line.Is("step-begun", "migrate")).At,
            interrupted.Events.First(line => line.Is("step-ended", "migrate")).At);
        (ended - began).Should()
            .BeGreaterThan(statement, "what is left running in the database could commit after it was undone: {0}", interrupted.Evidence);
        interrupted.Steps.Should().ContainInOrder("migrate", "migrateDown");
        (await lab.AskAsync("/", stop))!.Value.Body.Should().Contain("\"step\":1").And.Contain($"\"front\":\"{first.Version}\"");
    }

    private static void ShouldServe(BrokenOffStory.Broken broken)
    {
        var evidence = $"{broken.Run.Evidence}\n{broken.Again?.Evidence}";
        broken.Door!.Value.Body.Should().Contain($"\"front\":\"{broken.Expected}\",\"back\":\"{broken.Expected}\"", "{0}", evidence);
        broken.Services.Should().BeEquivalentTo([$"{broken.Expected}/back", $"{broken.Expected}/front"], "{0}", evidence);
    }
}
