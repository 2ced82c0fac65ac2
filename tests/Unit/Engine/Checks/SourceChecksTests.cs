using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>Branch and tree of a real clone, secrets, and which checks a manifest wants.</summary>
public sealed class SourceChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("source-");
    private readonly GitInfo _git = new(new LocalExecutor(TimeProvider.System));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_branch_that_is_deployed_from_is_right_and_another_one_is_named()
    {
        await CommitAsync();
        (await BranchAsync("main", "develop")).Should().BeEquivalentTo(CheckResult.Ok("develop"));
        var wrong = await BranchAsync("main", "release");
        wrong.Verdict.Should().Be(CheckVerdict.Problem);
        wrong.Evidence.Should().Be("on develop, and releases are made of main or release");
    }

    [Fact]
    public async Task A_detached_checkout_is_on_the_branches_whose_tip_it_is_here_or_at_a_remote()
    {
        await CommitAsync();
        await GitAsync("update-ref", "refs/remotes/origin/feature/new", "HEAD");
        await GitAsync("checkout", "-q", "--detach");
        (await BranchAsync("develop")).Verdict.Should().Be(CheckVerdict.Ok);
        (await BranchAsync("feature/new")).Verdict.Should().Be(CheckVerdict.Ok);
        await GitAsync("commit", "-q", "--allow-empty", "-m", "second");
        (await BranchAsync("develop")).Evidence.Should().StartWith("the commit is the tip of no branch");
    }

    [Fact]
    public async Task A_tree_with_changes_is_a_problem()
    {
        await CommitAsync();
        (await new TreeCheck(_git, _folder.FullName).AskAsync(Stop)).Verdict.Should().Be(CheckVerdict.Ok);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "new.txt"), "new", Stop);
        (await new TreeCheck(_git, _folder.FullName).AskAsync(Stop)).Verdict.Should().Be(CheckVerdict.Problem);
    }

    [Fact]
    public async Task Secrets_that_are_not_given_are_named_and_none_is_shown()
    {
        var secrets = new Dictionary<string, string> { ["ONE"] = "hunter22", ["EMPTY"] = " " };
        (await new SecretsCheck(["ONE"], secrets.GetValueOrDefault).AskAsync(Stop)).Evidence.Should().Be("ONE given");
        var missing = await new SecretsCheck(["ONE", "TWO", "EMPTY"], secrets.GetValueOrDefault).AskAsync(Stop);
        (missing.Verdict, missing.Evidence).Should().Be((CheckVerdict.Problem, "not set: TWO, EMPTY"));
        missing.NextStep.Should().Contain("TWO_FILE");
    }

    [Theory]
    [InlineData("", "disk")]
    [InlineData("preflight: { memory: 1MB }", "disk, memory")]
    [InlineData("preflight: { branch: develop }", "disk, tree, branch")]
    [InlineData("preflight: { github: { repository: acme/shop } }", "disk, tree, commit")]
    [InlineData("preflight: { github: { repository: acme/shop, token: TOKEN, blockingLabel: stop } }",
        "disk, secrets, tree, commit, issues")]
    public void A_manifest_has_the_checks_asked_that_it_wants(string section, string names) =>
        string.Join(", ", Checks(section, "process").Select(question => question.Name)).Should().Be(names);

    [Theory]
    [InlineData("", "disk, disk of the engine")]
    [InlineData("preflight: { clock: 1s }", "disk, disk of the engine, engine, compose")]
    public void A_manifest_for_an_engine_has_the_versions_compared_only_where_it_has_a_preflight(string section, string names) =>
        string.Join(", ", Checks(section, "compose, composeFile: compose.yml").Select(question => question.Name)).Should().Be(names);

    [Fact]
    public async Task A_token_that_is_missing_leaves_GitHub_unasked()
    {
        await CommitAsync();
        var results = await new Examination(TimeProvider.System).AskAsync(Checks(
            "preflight: { github: { repository: acme/shop, token: TOKEN, api: \"http://127.0.0.1:9\" } }", "process"), Stop);
        results.Select(result => $"{result.Verdict} {result.Name}").Should()
            .Equal("Ok disk", "Problem secrets", "Ok tree", "NotAsked commit");
    }

    private IReadOnlyList<Question> Checks(string section, string target)
    {
        var reading = ManifestReader.Parse($$"""
            project: shop
            services: { web: { image: shop/web, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: {{target}} } }
            {{section}}
            """, "chainbridge.yml", Path.Combine(_folder.FullName, "chainbridge.yml"), _ => null);
        reading.Problems.Should().BeEmpty();
        var host = new HostHandle(new LocalHost(new LocalExecutor(TimeProvider.System)), TimeProvider.System);
        return new DeployChecks(reading.Manifest!, reading.Manifest!.Environments["staging"], host, _git, _ => null,
            TimeProvider.System).All();
    }

    private Task<CheckResult> BranchAsync(params string[] branches) => new BranchCheck(_git, _folder.FullName, branches).AskAsync(Stop);

    private async Task CommitAsync()
    {
        await GitAsync("init", "-q", "-b", "develop");
        await GitAsync("commit", "-q", "--allow-empty", "-m", "first");
    }

    private Task GitAsync(params string[] arguments) => CliWrap.Cli.Wrap("git")
        .WithArguments(["-c", "user.name=a", "-c", "user.email=a@b", .. arguments]).WithWorkingDirectory(_folder.FullName)
        .ExecuteAsync(Stop).Task;
}
