using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

public sealed class ExaminationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_that_need_a_failed_one_are_not_asked_and_name_the_first_cause_and_all_others_are_asked()
    {
        var asked = new List<string>();
        var results = await new Examination(TimeProvider.System).AskAsync(
        [
            Ask("host", CheckResult.Problem("away", "bring it back", Failure.Unreachable)), Ask("engine", CheckResult.Ok("28"), "host"),
            Ask("ports", CheckResult.Ok("open"), "engine"), Ask("clock", CheckResult.Ok("right")),
        ], Stop);
        asked.Should().Equal("host", "clock");
        results.Select(result => (result.Name, result.Verdict)).Should().Equal(("host", CheckVerdict.Problem),
            ("engine", CheckVerdict.NotAsked), ("ports", CheckVerdict.NotAsked), ("clock", CheckVerdict.Ok));
        results[2].Evidence.Should().Be("because the check 'host' did not end well");

        Question Ask(string name, CheckResult result, params string[] needs) => new(name, () =>
        {
            asked.Add(name);
            return new Answers(() => Task.FromResult(result));
        }) { Needs = needs };
    }

    [Fact]
    public async Task Checks_that_need_one_which_ended_with_a_warning_are_asked()
    {
        var results = await new Examination(TimeProvider.System).AskAsync(
        [
            new("edge", () => new Answers(() => Task.FromResult(CheckResult.Warning("an old one", "replace it")))),
            new("ports", () => new Answers(() => Task.FromResult(CheckResult.Ok("open")))) { Needs = ["edge"] },
        ], Stop);
        results.Select(result => result.Verdict).Should().Equal(CheckVerdict.Warning, CheckVerdict.Ok);
    }

    [Fact]
    public async Task A_check_that_does_not_end_in_its_time_could_not_be_asked_and_the_next_one_is()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = new Examination(time).AskAsync(
        [
            new("hangs", () => new Answers(async () =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, Stop);
                return CheckResult.Ok("never");
            })) { Deadline = TimeSpan.FromSeconds(3) },
            new("next", () => new Answers(() => Task.FromResult(CheckResult.Ok("fine")))),
        ], Stop);
        await begun.Task;
        // The deadline begins when the check is left to its thread, which is just about to be.
        await Eventually.TrueAsync("the deadline passes", () =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return asking.IsCompleted;
        }, Stop);
        (await asking).Select(result => (result.Verdict, result.Evidence)).Should()
            .Equal((CheckVerdict.CouldNotAsk, "no answer within 3 s"), (CheckVerdict.Ok, "fine"));
    }

    public static TheoryData<Exception, CheckVerdict, Failure> Thrown => new()
    {
        { new EngineException(Failure.Unreachable, "away", "next"), CheckVerdict.Problem, Failure.Unreachable },
        { new EngineException(Failure.PersonNeeded, "changed", "next"), CheckVerdict.Problem, Failure.PersonNeeded },
        { new EngineException(Failure.Inconclusive, "silent", "next"), CheckVerdict.CouldNotAsk, Failure.Inconclusive },
        { new IOException("no such file"), CheckVerdict.CouldNotAsk, Failure.Inconclusive },
        { new InvalidOperationException("a bug"), CheckVerdict.CouldNotAsk, Failure.Inconclusive },
    };

    [Theory, MemberData(nameof(Thrown))]
    public async Task An_exception_is_a_result_with_its_reason_and_never_an_ok(Exception thrown, CheckVerdict verdict, Failure failure)
    {
        var result = (await new Examination(TimeProvider.System).AskAsync(
            [new("check", () => new Answers(() => Task.FromException<CheckResult>(thrown)))], Stop)).Single();
        (result.Verdict, result.Failure).Should().Be((verdict, failure));
        result.Evidence.Should().Contain(thrown.Message);
        result.NextStep.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task Evidence_of_several_lines_is_shown_on_one() =>
        (await new Examination(TimeProvider.System).AskAsync([new("check", () => new Answers(() =>
            Task.FromResult(CheckResult.Ok("one\ntwo\n"))))], Stop)).Single().Evidence.Should().Be("one; two");

    [Theory]
    [InlineData(Failure.Unreachable, Failure.Inconclusive, Failure.Refused, Failure.Unreachable, Failure.PersonNeeded)]
    [InlineData(Failure.PersonNeeded, Failure.Inconclusive, Failure.PersonNeeded, Failure.Refused)]
    [InlineData(Failure.Refused, Failure.Inconclusive, Failure.Refused)]
    [InlineData(Failure.Usage, Failure.Unreachable, Failure.Usage)]
    [InlineData(Failure.Inconclusive, Failure.Inconclusive)]
    public void The_failure_that_hides_the_others_decides(Failure expected, params Failure[] found) =>
        CheckResult.Of(found.Select(failure => CheckResult.Problem("", "", failure)).Append(CheckResult.Ok(""))).Should().Be(expected);

    [Fact]
    public void Checks_that_all_ended_well_stand_for_no_failure() => CheckResult.Of([CheckResult.Ok("")]).Should().BeNull();

    private sealed class Answers(Func<Task<CheckResult>> answer) : ICheck
    {
        public Task<CheckResult> AskAsync(CancellationToken cancellationToken) => answer();
    }
}
