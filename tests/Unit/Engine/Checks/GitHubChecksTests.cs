using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>Each state that GitHub has for a commit, and each way in which it does not answer.</summary>
public sealed class GitHubChecksTests : IDisposable
{
    private readonly FakeGitHub _github = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _github.Dispose();

    [Theory]
    [InlineData("completed", "success", CheckVerdict.Ok)]
    [InlineData("completed", "neutral", CheckVerdict.Ok)]
    [InlineData("completed", "skipped", CheckVerdict.Ok)]
    [InlineData("completed", "failure", CheckVerdict.Problem)]
    [InlineData("completed", "cancelled", CheckVerdict.Problem)]
    [InlineData("completed", "timed_out", CheckVerdict.Problem)]
    [InlineData("completed", "action_required", CheckVerdict.Problem)]
    [InlineData("completed", "stale", CheckVerdict.Problem)]
    [InlineData("completed", "startup_failure", CheckVerdict.Problem)]
    [InlineData("completed", "a word of tomorrow", CheckVerdict.Problem)]
    [InlineData("queued", null, CheckVerdict.CouldNotAsk)]
    [InlineData("in_progress", null, CheckVerdict.CouldNotAsk)]
    [InlineData("waiting", null, CheckVerdict.CouldNotAsk)]
    public async Task A_check_run_counts_by_its_status_and_conclusion(string status, string? conclusion, CheckVerdict verdict)
    {
        _github.Runs.AddRange([("lint", "completed", "success"), ("build", status, conclusion)]);
        var result = await CommitAsync();
        result.Verdict.Should().Be(verdict, result.Evidence);
        result.Evidence.Should().Contain($"build: {conclusion ?? status}");
        if (conclusion is null) result.Evidence.Should().Contain("still running");
        (await CommitAsync("lint")).Verdict.Should().Be(CheckVerdict.Ok, "only what is required counts where names are given");
        (await CommitAsync("build")).Verdict.Should().Be(verdict);
    }

    [Theory]
    [InlineData("success", CheckVerdict.Ok)]
    [InlineData("pending", CheckVerdict.CouldNotAsk)]
    [InlineData("failure", CheckVerdict.Problem)]
    [InlineData("error", CheckVerdict.Problem)]
    public async Task A_commit_status_counts_by_its_newest_state(string state, CheckVerdict verdict)
    {
        _github.Statuses.AddRange([("ci/old", state), ("ci/old", "failure"), ("ci/old", "pending"), ("ci/new", "success")]);
        (await CommitAsync()).Verdict.Should().Be(verdict);
        (await CommitAsync("ci/old")).Verdict.Should().Be(verdict);
    }

    [Fact]
    public async Task A_status_that_an_earlier_deployment_of_the_commit_wrote_is_no_check_of_it()
    {
        _github.Statuses.AddRange([("deployrunner/staging", "failure"), ("ci", "success")]);
        (await CommitAsync()).Verdict.Should().Be(CheckVerdict.Ok);
    }

    [Fact]
    public async Task A_commit_without_any_check_is_a_problem_only_where_checks_are_required()
    {
        var without = await CommitAsync();
        (without.Verdict, without.Failure).Should().Be((CheckVerdict.CouldNotAsk, Failure.Inconclusive));
        var required = await CommitAsync("build", "test");
        (required.Verdict, required.Failure).Should().Be((CheckVerdict.Problem, Failure.Refused));
        required.Evidence.Should().Contain("required: build, test");
    }

    [Fact]
    public async Task A_required_check_that_is_absent_is_no_answer_yet_and_is_named()
    {
        _github.Runs.Add(("build", "completed", "success"));
        var absent = await CommitAsync("build", "test");
        absent.Verdict.Should().Be(CheckVerdict.CouldNotAsk);
        absent.Evidence.Should().Contain("build: success").And.Contain("test: absent");
        _github.Runs.Add(("test", "completed", "failure"));
        (await CommitAsync("build", "test", "pack")).Verdict.Should().Be(CheckVerdict.Problem, "what failed decides over what is absent");
    }

    [Fact]
    public async Task An_open_issue_with_the_label_is_a_problem_and_a_pull_request_or_another_label_is_none()
    {
        _github.Issues.AddRange([("Not yet", "later", false), ("Please", "blocks-deploy", true)]);
        (await IssuesAsync()).Verdict.Should().Be(CheckVerdict.Ok);
        _github.Issues.Add(("Payments are lost", "blocks-deploy", false));
        var blocked = await IssuesAsync();
        (blocked.Verdict, blocked.Failure).Should().Be((CheckVerdict.Problem, Failure.Refused));
        blocked.Evidence.Should().Contain("Payments are lost").And.NotContain("Please");
        _github.Asked.Where(asked => !asked.Contains("/labels/")).Should()
            .OnlyContain(asked => asked.Contains("state=open") && asked.Contains("labels=blocks-deploy"));
    }

    [Theory]
    [InlineData("blocked?")]
    [InlineData("do-not-merge/hold")]
    [InlineData("status: 50%25 #1")]
    public async Task A_label_with_letters_that_mean_something_in_an_address_is_found(string label)
    {
        _github.Label = label;
        (await IssuesAsync(label)).Evidence.Should().Be($"no open issue of acme/shop has the label {label}");
    }

    [Fact]
    public async Task A_label_that_the_repository_does_not_have_is_a_problem_because_no_issue_could_ever_block()
    {
        _github.Label = null;
        var result = await IssuesAsync();
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.Problem, Failure.Refused));
        result.Evidence.Should().Be("acme/shop has no label blocks-deploy, so no issue can have it");
        result.NextStep.Should().Contain("blockingLabel");
    }

    [Theory]
    [InlineData(401, "401: the token in DEPLOY_TOKEN is not valid", "make a new token")]
    [InlineData(403, "403: the token in DEPLOY_TOKEN may not read this", "Checks: read")]
    [InlineData(404, "404: there is no acme/shop, or the token in DEPLOY_TOKEN may not see it", "preflight.github.repository")]
    [InlineData(422, "422: it does not know the commit", "push the commit")]
    public async Task A_refusal_could_not_be_asked_and_names_what_the_token_needs(int status, string evidence, string next)
    {
        _github.AlwaysFailing = status;
        var result = await CommitAsync();
        (result.Verdict, result.Failure).Should().Be((CheckVerdict.CouldNotAsk, Failure.Inconclusive));
        result.Evidence.Should().Contain(evidence).And.NotContain("s3cret");
        result.NextStep.Should().Contain(next).And.NotContain("s3cret");
        _github.Asked.Should().ContainSingle("a refusal is not asked again");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_passing_trouble_is_asked_again_three_times_and_then_could_not_be_asked(int status)
    {
        _github.Runs.Add(("build", "completed", "success"));
        foreach (var _ in Enumerable.Range(0, 3)) _github.Failing.Enqueue(status);
        (await CommitAsync()).Verdict.Should().Be(CheckVerdict.Ok);
        _github.Asked.Should().HaveCount(5, "three failures, then the runs and the statuses");

        _github.AlwaysFailing = status;
        _github.Asked.Clear();
        var result = await CommitAsync();
        result.Verdict.Should().Be(CheckVerdict.CouldNotAsk);
        result.Evidence.Should().Contain($"it answered {status}").And.Contain("asked 4 times");
        _github.Asked.Should().HaveCount(4);
    }

    [Fact]
    public async Task An_api_that_is_away_or_is_none_could_not_be_asked()
    {
        using (var gone = new FakeGitHub())
        {
            gone.Dispose();
            (await CommitAtAsync(gone.Address)).Evidence.Should().Contain("no answer").And.Contain("asked 4 times");
        }

        (await CommitAtAsync(new(_github.Address, "api/v3/"))).Evidence.Should().Contain("404", "the address is taken as it is given");
    }

    [Fact]
    public async Task The_token_travels_in_a_header_only_and_without_one_none_is_sent()
    {
        await CommitAsync();
        _github.Asked.Should().HaveCount(2).And.OnlyContain(asked => asked.EndsWith(" Token s3cret-token"));
        _github.Asked.Clear();
        await AskAsync(new CommitCheck(Repository(_github.Address, token: null), new Git(), "/clone", []));
        _github.Asked.Should().HaveCount(2).And.OnlyContain(asked => asked.EndsWith(' '));
    }

    private Task<CheckResult> CommitAsync(params string[] required) =>
        AskAsync(new CommitCheck(Repository(_github.Address), new Git(), "/clone", required));

    private static Task<CheckResult> CommitAtAsync(Uri address) =>
        AskAsync(new CommitCheck(Repository(address), new Git(), "/clone", []));

    private Task<CheckResult> IssuesAsync(string label = "blocks-deploy") =>
        AskAsync(new IssuesCheck(Repository(_github.Address), label));

    private static async Task<CheckResult> AskAsync(ICheck check) => (await new Examination(TimeProvider.System).AskAsync(
        [new("check", () => check) { Deadline = TimeSpan.FromSeconds(60) }], Stop)).Single();

    private static GitHubRepository Repository(Uri address, string? token = "s3cret-token") => new(
        new("acme", "shop", address, token is null ? null : "DEPLOY_TOKEN", [], null), () => token, TimeProvider.System,
        TimeSpan.FromMilliseconds(1));

    private sealed class Git : IGitInfo
    {
        public Task<GitState> ReadAsync(string folder, CancellationToken cancellationToken) =>
            Task.FromResult(new GitState("1a2b3c4d5e6f", Dirty: false));

        public Task<IReadOnlyList<string>> BranchesAsync(string folder, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
