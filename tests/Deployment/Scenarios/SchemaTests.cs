using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>
/// The old release is proved with the database that a new one has moved, on a real PostgreSQL. On the process target only: the judgement
/// is the same on each.
/// </summary>
[Trait(Sample.Turn, "2")]
public sealed class SchemaTests(Stories<SchemaStory> stories) : IClassFixture<Stories<SchemaStory>>
{
    private const string Target = "process";

    [Fact]
    public async Task A_migration_that_breaks_the_old_release_is_undone_before_the_candidate_starts()
    {
        var story = await stories.OnAsync(Target);
        story.TakesTheColumn.ShouldHaveGoneBackTo(story.Good.Version);
        story.TakesTheColumn.Run.Steps.Should().ContainInOrder("migrate", "smokePrevious", "migrateDown")
            .And.NotContain("startSlot", "{0}", story.TakesTheColumn.Run.Evidence);
        story.TakesTheColumn.Run.Summary.Should().Contain($"smoke of {story.Good.Version} with the migrations of");
        story.TakesTheColumn.Door!.Value.Body.Should().Contain("welcome").And.Contain("\"step\":2");
    }

    [Fact]
    public async Task A_migration_that_the_old_release_works_with_is_deployed()
    {
        var story = await stories.OnAsync(Target);
        story.LeavesTheColumn.Run.ShouldEndWith(0);
        story.LeavesTheColumn.Run.Steps.Should().ContainInOrder("migrate", "smokePrevious", "startSlot", "promote");
        story.LeavesTheColumn.Door!.Value.Body.Should().Contain("\"step\":3");
    }

    [Fact]
    public async Task Nothing_is_left_of_it()
    {
        var story = await stories.OnAsync(Target);
        story.Down!.ShouldEndWith(0);
        story.Leftovers.Should().BeEmpty();
    }
}
