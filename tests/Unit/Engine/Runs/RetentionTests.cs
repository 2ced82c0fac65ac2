using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Steps;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Runs;

/// <summary>What is kept and what goes when no release is promoted; the manifest keeps three.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Twenty_failed_deployments_in_a_row_leave_the_current_the_last_stable_and_the_newest_releases()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("B");
        _world.Gates.Opinion = (_, version) => version.StartsWith('F') ? Verdict.Fail : Verdict.Pass;
        for (var number = 1; number <= 20; number++)
            (await _world.DeployAsync($"F{number}")).Failure.Should().Be(Failure.CandidateFailed);

        Kept().Should().Equal("F20", "F19", "F18", "B", "A");
        (await _world.RollbackAsync()).Failure.Should().BeNull("the last stable release is still there");
        _world.Serving.Should().Be("A");
    }

    [Fact]
    public async Task Twenty_candidates_that_supersede_each_other_leave_the_one_that_waits()
    {
        await _world.DeployAsync("A");
        for (var number = 1; number <= 20; number++)
            await _world.DeployAsync($"W{number}", new DeployOptions(Approve: true));

        Kept().Should().Equal("W20", "W19", "W18", "A");
        (await _world.PromoteAsync()).Failure.Should().BeNull();
        _world.Serving.Should().Be("W20");
    }

    [Fact]
    public async Task A_candidate_that_waits_is_kept_though_newer_releases_are_recorded()
    {
        await _world.DeployAsync("A");
        await _world.DeployAsync("W", new DeployOptions(Approve: true));
        var (history, record) = (_world.History, _world.Releases.Find("W")!);
        foreach (var newer in new[] { "X", "Y", "Z" })
            _world.Releases.Save(record with { Version = newer, CreatedAt = _world.Time.GetUtcNow() });

        ChainBridge.Engine.State.Retention.Decide(_world.Releases.All(), history, retain: 2).Keep.Select(release => release.Version)
            .Should().BeEquivalentTo("Z", "Y", "W", "A");
    }

    [Fact]
    public async Task Releases_that_cannot_be_removed_change_no_verdict()
    {
        await _world.DeployAsync("A");
        _world.Gates.Opinion = (_, version) => version == "A" ? Verdict.Pass : Verdict.Fail;
        foreach (var version in new[] { "B", "C", "D" }) await _world.DeployAsync(version);
        _world.Target.Retaining = () => throw new IOException("no space left on device");

        (await _world.DeployAsync("E")).Failure.Should().Be(Failure.CandidateFailed);
        _world.Events.OfType<Warning>().Should().Contain(warning => warning.Text.Contains("no space left on device"));
        _world.Serving.Should().Be("A");
    }

    private IEnumerable<string> Kept() => _world.Releases.All().Select(release => release.Version);
}
