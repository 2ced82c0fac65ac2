using ChainBridge.Tests.Deployment.Harness;
using FluentAssertions;
using Xunit;
using Xunit.Sdk;

namespace ChainBridge.Tests.Deployment.Scenarios;

/// <summary>How the tests of a story that breaks in its first line end: one has failed, the others were not run.</summary>
public sealed class BrokenStoryTests
{
    [Fact]
    public async Task The_first_test_of_a_story_that_breaks_fails_and_the_others_are_named_as_not_run()
    {
        var stories = new Stories<BrokenStory>();
        await stories.Invoking(all => all.OnAsync("process"))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("the engine cannot be used*");
        foreach (var _ in Enumerable.Range(0, 15))
            (await stories.Invoking(all => all.OnAsync("process")).Should().ThrowAsync<SkipException>())
                .WithMessage("*not run: BrokenStory broke on process*the engine cannot be used");
        await stories.Invoking(all => all.OnAsync("compose")).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_story_that_a_machine_cannot_tell_is_skipped_for_that_reason_by_each_of_its_tests()
    {
        var stories = new Stories<ImpossibleStory>();
        foreach (var _ in Enumerable.Range(0, 2))
            (await stories.Invoking(all => all.OnAsync("process")).Should().ThrowAsync<SkipException>()).WithMessage("*no server here");
    }

    private sealed class BrokenStory : Story
    {
        public override Task RunAsync(string target, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the engine cannot be used\nand more");

        protected override Task RunAsync(Lab lab, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class ImpossibleStory : Story
    {
        public override Task RunAsync(string target, CancellationToken cancellationToken)
        {
            Assert.Skip("no server here");
            return Task.CompletedTask;
        }

        protected override Task RunAsync(Lab lab, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
