using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Events;
using ChainBridge.Engine.Gates;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Notifications;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Steps;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Notifications;

/// <summary>What is made of the events of a run, of runs in memory among them.</summary>
public sealed class CollectorTests : IDisposable
{
    private readonly World _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_run_is_notified_of_when_its_release_is_named_and_at_its_end()
    {
        var made = await MadeAsync(SampleRuns.Deployment());
        made.Should().HaveCount(2);
        (made[0].Verdict, made[0].Version, made[0].Deployment).Should().Be(((RunEnd?)null, "staging-B", "20261126T110739-f00ba2"));
        made[0].Delivery.Should().Be(made[1].Delivery);
        made[1].Should().BeEquivalentTo(new
        {
            Project = "shop", Environment = "staging", Target = "process on this machine", Verb = "deploy", Version = "staging-B",
            Commit = SampleRuns.Commit, Actor = "ann@here", Verdict = RunEnd.Deployed, ExitCode = 0, Summary = "it serves",
            Milliseconds = 40_000d,
            Steps = new[] { new StepTime(StepKind.Build, null, null, Outcome.Done, 3000) },
            Gates = new[] { new GateVerdict("smoke", Verdict.Pass, "2 passed", 1000) },
            Alerts = new[] { new RaisedAlert("image-larger-than", "api has 1200 MB") },
            Warnings = new[] { "1 request was still in flight" },
            Changes = new { Since = "staging-A", TakenBack = false, Commits = new[] { "f8b84e0 Pay in cents" } },
        });
    }

    [Fact]
    public async Task A_secret_in_an_event_is_hidden_and_a_page_of_evidence_is_cut()
    {
        var made = await MadeAsync(SampleRuns.Deployment(ExitCode.RolledBack, Outcome.RolledBack, $"hunter2 {new string('x', 5000)}"),
            SampleRuns.Collector(new Redactor(["hunter2"])));
        made[1].Summary.Should().StartWith("*** xxx").And.HaveLength(2001);
    }

    [Fact]
    public async Task A_host_whose_name_is_a_secret_is_hidden_where_the_run_tells_its_target()
    {
        var made = await MadeAsync([.. SampleRuns.Deployment().Select(happened => happened is RunBegun begun
            ? begun with { Target = "docker compose on ssh://deploy@hunter2" }
            : happened)], SampleRuns.Collector(new Redactor(["hunter2"])));
        made[1].Target.Should().Be("docker compose on ssh://deploy@***");
    }

    [Fact]
    public async Task A_run_that_had_nothing_to_do_is_no_notification_and_one_that_could_not_begin_is()
    {
        (await MadeAsync([new Finished(ExitCode.Done, Verdict.Pass, "nothing to resume", null)])).Should().BeEmpty();
        var made = await MadeAsync([new Finished(ExitCode.TargetUnreachable, Verdict.Inconclusive, "the host is away", "look")
        {
            Failure = Failure.Unreachable,
        }]);
        made.Should().ContainSingle().Which.Should().Match<Notification>(run =>
            run.Verdict == RunEnd.Failed && run.ExitCode == 18 && run.Unproved && run.Deployment == null && run.Next == "look");
    }

    [Theory]
    [InlineData(Outcome.Promoted, null, "deploy", RunEnd.Deployed)]
    [InlineData(Outcome.Promoted, Failure.Interrupted, "deploy", RunEnd.Deployed)]
    [InlineData(Outcome.Promoted, null, "rollback", RunEnd.RolledBack)]
    [InlineData(Outcome.RolledBack, Failure.CandidateFailed, "deploy", RunEnd.RolledBack)]
    [InlineData(Outcome.RolledBack, Failure.NoPreviousRelease, "deploy", RunEnd.Failed)]
    [InlineData(Outcome.Failed, Failure.GateFailed, "deploy", RunEnd.Failed)]
    [InlineData(Outcome.PersonNeeded, Failure.PersonNeeded, "deploy", RunEnd.Failed)]
    [InlineData(Outcome.PersonNeeded, Failure.Interrupted, "deploy", RunEnd.Failed)]
    [InlineData(Outcome.Waiting, null, "deploy", RunEnd.Waiting)]
    [InlineData(Outcome.Waiting, Failure.Inconclusive, "deploy", RunEnd.Waiting)]
    [InlineData(Outcome.Aborted, null, "abort", RunEnd.Aborted)]
    [InlineData(Outcome.Interrupted, Failure.Interrupted, "deploy", RunEnd.Interrupted)]
    [InlineData(null, Failure.Interrupted, null, RunEnd.Interrupted)]
    [InlineData(Outcome.Done, null, "resume", RunEnd.Settled)]
    [InlineData(null, Failure.Unreachable, null, RunEnd.Failed)]
    public void Each_outcome_of_a_run_has_its_end(Outcome? outcome, Failure? failure, string? verb, RunEnd end) =>
        Collector.EndOf(new Finished(ExitCode.Done, Verdict.Pass, "", null) { Outcome = outcome, Failure = failure }, verb)
            .Should().Be(end);

    [Fact]
    public async Task Runs_of_every_verb_name_their_release_and_the_one_before()
    {
        (await EndAsync(() => _world.DeployAsync("A"))).Should().Be(Was(RunEnd.Deployed, "A"));
        (await EndAsync(() => _world.DeployAsync("B"))).Should().Be(Was(RunEnd.Deployed, "B", "A"));
        (await EndAsync(() => _world.DeployAsync("C", new DeployOptions(Approve: true)))).Should().Be(Was(RunEnd.Waiting, "C", "B"));
        (await EndAsync(() => _world.PromoteAsync())).Should().Be(Was(RunEnd.Deployed, "C", "B"));
        (await EndAsync(() => _world.RollbackAsync())).Should().Be(Was(RunEnd.RolledBack, "B", "C"));
        _world.Target.FailsToStart.Add("D");
        (await EndAsync(() => _world.DeployAsync("D"))).Should().Be(Was(RunEnd.RolledBack, "D", "B"));
        (await EndAsync(() => _world.ResumeAsync())).Should().BeNull("there is nothing to resume");
        (await EndAsync(() => _world.RollbackAsync("nope"))).Should().Be(Was(RunEnd.Failed));
    }

    [Fact]
    public async Task Changes_are_the_commits_that_one_release_has_and_the_other_has_not()
    {
        using var clone = new Clone();
        var first = clone.Commit("first");
        var commits = Enumerable.Range(1, 25).Select(number => clone.Commit($"change {number}")).ToList();
        var log = new ChangeLog(new LocalExecutor(TimeProvider.System), clone.Folder);
        var before = SampleRuns.Before with { Commit = first };
        var three = await log.ReadAsync(before, commits[2], back: false, Stop);
        three.Commits.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])
            .Should().Equal("change 3", "change 2", "change 1");
        commits[2].Should().StartWith(three.Commits[0].Split(' ')[0]);
        (three.Since, three.TakenBack, three.More, three.Unknown).Should().Be(("staging-A", false, false, (string?)null));
        var all = await log.ReadAsync(before, commits[^1], back: false, Stop);
        (all.Commits.Count, all.More).Should().Be((20, true));
        var back = await log.ReadAsync(before with { Commit = commits[1] }, first, back: true, Stop);
        back.Commits.Should().HaveCount(2).And.Subject.First().Should().EndWith("change 2");
        (await log.ReadAsync(before, SampleRuns.Commit, back: false, Stop)).Unknown.Should().Contain("shallow");
        (await log.ReadAsync(before with { Commit = "--output=/tmp/x" }, first, back: false, Stop)).Unknown.Should().NotBeNull();
        (await log.ReadAsync(before, first, back: false, Stop)).Commits.Should().BeEmpty();
    }

    private static async Task<IReadOnlyList<Notification>> MadeAsync(IEnumerable<RunnerEvent> events, Collector? collector = null)
    {
        collector ??= SampleRuns.Collector();
        var made = new List<Notification>();
        foreach (var happened in events)
            if (await collector.TakeAsync(happened, Stop) is { } notification) made.Add(notification);
        return made;
    }

    private static (RunEnd? End, string? Version, string? Before)? Was(RunEnd end, string? version = null, string? before = null) =>
        (end, version, before);

    /// <summary>The last notification of a run in memory: how it ended, which release it was about, and which was before.</summary>
    private async Task<(RunEnd? End, string? Version, string? Before)?> EndAsync(Func<Task<FlowResult>> run)
    {
        _world.Events.Clear();
        var result = await run();
        var code = ExitCodes.Of(result.Failure);
        var made = await MadeAsync([.. _world.Events, new Finished(code, result.Verdict, result.Summary, result.NextStep)
        {
            Outcome = result.Outcome, Failure = result.Failure,
        }]);
        return made.Count == 0 ? null : (made[^1].Verdict, made[^1].Version, made[^1].Changes?.Since);
    }
}
