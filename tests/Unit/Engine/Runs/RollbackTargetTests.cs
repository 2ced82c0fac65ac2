using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>What is stable and where a rollback goes, after every order of events that once was answered wrongly or could be.</summary>
public sealed class RollbackTargetTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    /// <summary>
    /// Events: <c>A</c> deploys; <c>A!</c> deploys and fails; <c>A?</c> deploys and dies while it is observed; <c>&lt;</c> rolls back;
    /// <c>&lt;A</c> to a version; <c>&lt;!</c> rolls back and the target fails its gates; <c>†A</c> kills the promoted A.
    /// </summary>
    [Theory]
    [InlineData("A B", "B", "A", "B A")]
    [InlineData("A B <!", "B", "A", "B A")]
    [InlineData("A B <! <! <", "A", null, "A B")]
    [InlineData("A B <! <", "A", null, "A B")]
    [InlineData("A B C < <", "A", null, "A B C")]
    [InlineData("A B C < < <C", "C", "A", "C A B")]
    [InlineData("A B C < < D", "D", "A", "D A B C")]
    [InlineData("A B A C", "C", "A", "C A B")]
    [InlineData("A B A C < <", "B", null, "B A C")]
    [InlineData("A B A <", "B", null, "B A")]
    [InlineData("A B! C!", "A", null, "A")]
    [InlineData("A B? C?", "A", null, "A")]
    [InlineData("A B A!", "B", null, "B")]
    [InlineData("A A!", "A", null, "A")]
    [InlineData("A B A! A C", "C", "A", "C A B")]
    [InlineData("A B †B <", "A", null, "A")]
    [InlineData("A B †B C", "C", "A", "C A")]
    [InlineData("A B †B C <", "A", null, "A C")]
    [InlineData("A B †B C!", "A", null, "A")]
    [InlineData("A B †B C! D", "D", "A", "D A")]
    [InlineData("A B †B C <B", "C", "A", "C A")]
    public async Task Stable_releases_and_the_rollback_target_follow_from_what_happened(
        string events, string current, string? target, string stable)
    {
        foreach (var step in events.Split(' ')) await DoAsync(step);

        _world.Serving.Should().Be(current);
        _world.History.Current.Should().Be(current);
        _world.History.RollbackTarget.Should().Be(target);
        _world.History.Stable.Should().BeEquivalentTo(stable.Split(' ', StringSplitOptions.RemoveEmptyEntries), events);
        _world.Target.Running.Should().ContainSingle();
    }

    [Theory]
    [InlineData("A B <!", null)]
    [InlineData("A B †B", null)]
    [InlineData("A B C < <", Failure.NoSuchRelease)]
    public async Task A_rollback_goes_exactly_where_versions_points(string events, Failure? expected)
    {
        foreach (var step in events.Split(' ')) await DoAsync(step);
        _world.Gates.Opinion = (_, _) => Verdict.Pass;
        var target = _world.History.RollbackTarget;
        (await _world.RollbackAsync()).Failure.Should().Be(expected);
        if (target is not null) _world.Serving.Should().Be(target);
    }

    [Fact]
    public async Task A_release_that_died_is_taken_only_when_it_is_named_with_force()
    {
        foreach (var step in "A B †B C".Split(' ')) await DoAsync(step);
        _world.History.Remark("B").Should().Contain("died after it was promoted (door does not run)");
        var refused = await _world.RollbackAsync("B");
        refused.Failure.Should().Be(Failure.NoSuchRelease);
        refused.Summary.Should().Contain("died after it was promoted");
        _world.Target.Dead.Clear();
        (await _world.RollbackAsync("B", force: true)).Failure.Should().BeNull();
        _world.History.IsStable("B").Should().BeTrue("it was proved again");
    }

    [Fact]
    public async Task An_environment_that_is_down_or_without_a_supervisor_is_no_evidence_about_its_release()
    {
        await DoAsync("A");
        _world.Target.Dead.Add("A");
        _world.Target.Unsupervised = "no supervisor runs";
        await DoAsync("B");
        _world.History.IsStable("A").Should().BeTrue();

        _world.Target.Unsupervised = null;
        await _world.Target.DownAsync(new ChainBridge.Engine.Model.FencingToken(99), false, TestContext.Current.CancellationToken);
        _world.Target.Dead.Add("B");
        await File.WriteAllTextAsync(Path.Combine(_world.State, "token"), "99", TestContext.Current.CancellationToken);
        await DoAsync("C");
        _world.History.IsStable("B").Should().BeTrue();
    }

    [Fact]
    public async Task A_release_whose_record_was_removed_is_no_target()
    {
        foreach (var step in "A B C".Split(' ')) await DoAsync(step);
        _world.History.RollbackTarget.Should().Be("B");
        _world.Releases.Remove(["B"]);
        _world.History.RollbackTarget.Should().Be("A");
        await DoAsync("<");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task With_the_only_stable_release_dead_a_failed_deployment_calls_a_person()
    {
        foreach (var step in "A †A".Split(' ')) await DoAsync(step);
        _world.Target.FailsToStart.Add("B");
        (await _world.DeployAsync("B")).Failure.Should().Be(Failure.PersonNeeded, "nothing that passed serves any more");
    }

    private async Task DoAsync(string step)
    {
        _world.Gates.Opinion = (_, _) => Verdict.Pass;
        _world.Gates.Probed = (_, _) => Verdict.Pass;
        switch (step)
        {
            case ['†', .. var version]:
                _world.Target.Dead.Add(version);
                break;
            case "<!":
                var current = _world.Serving;
                _world.Gates.Opinion = (_, version) => version == current ? Verdict.Pass : Verdict.Fail;
                (await _world.RollbackAsync()).Failure.Should().Be(Failure.PersonNeeded);
                break;
            case ['<', .. var version]:
                await _world.RollbackAsync(version.Length == 0 ? null : version);
                break;
            case [.. var version, '!']:
                _world.Gates.Opinion = (gate, answering) =>
                    answering == version && gate is "smoke of the candidate" ? Verdict.Fail : Verdict.Pass;
                await _world.DeployAsync(version);
                break;
            case [.. var version, '?']:
                _world.Gates.Probed = (_, answering) => answering == version ? Verdict.Fail : Verdict.Pass;
                await _world.DeployAsync(version);
                break;
            default:
                (await _world.DeployAsync(step)).Failure.Should().BeNull(step);
                break;
        }
    }
}
