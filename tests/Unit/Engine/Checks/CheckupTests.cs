using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.State;
using ChainBridge.Engine.Traffic;
using ChainBridge.Tests.Unit.Engine.Hosts.Ssh;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>What <c>doctor</c> asks, and that each cause is named by itself.</summary>
public sealed class CheckupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checkup-");
    private readonly Source _source;

    public CheckupTests() => _source = new(Path.Combine(_folder.FullName, "state"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_environment_in_order_has_one_ok_for_each_check_and_nothing_is_written()
    {
        var results = await AskAsync();
        results.Select(result => $"{result.Verdict} {result.Name}").Should().Equal("Ok variables", "Ok manifest", "Ok host", "Ok disk",
            "Ok memory", "Ok journal", "Ok target", "Ok services", "Ok servers", "Ok edge", "Ok ports", "Ok files");
        CheckResult.Of(results).Should().BeNull();
        _folder.EnumerateFileSystemInfos().Should().BeEmpty();
    }

    [Theory, MemberData(nameof(SshWordsTests.Failures), MemberType = typeof(SshWordsTests))]
    public async Task A_host_that_cannot_be_reached_is_named_with_its_cause_and_the_rest_is_not_asked(string trouble, string printed)
    {
        var words = new SshWords(new("deploy", "staging.example.org", 2222));
        foreach (var line in printed.Split('\n')) words.Add(line);
        var expected = words.Failed();
        _source.Opens = () => throw expected;
        _source.Text = _source.Text.Replace("target: process", "target: compose, composeFile: compose.yml, "
            + "hosts: [ssh://deploy@staging.example.org:2222]", StringComparison.Ordinal);
        var results = await AskAsync();
        var host = results.Single(result => result.Name == "host");
        (host.Evidence, host.NextStep).Should().Be((expected.Message, expected.NextStep), trouble);
        results.Should().HaveCount(18).And.OnlyContain(result => result.Name == "host" ? result.Verdict == CheckVerdict.Problem
            : new[] { "variables", "manifest", "compose", "buildx" }.Contains(result.Name) ? result.Verdict == CheckVerdict.Ok
            : result.Verdict == CheckVerdict.NotAsked && result.Evidence == "because the check 'host' did not end well");
        CheckResult.Of(results).Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task Variables_that_are_missing_are_told_from_what_is_wrong_in_the_manifest()
    {
        _source.Text = _source.Text.Replace("image: shop/web", "image: \"${SHOP_IMAGE}\", imag: x", StringComparison.Ordinal);
        var results = await AskAsync();
        results.Should().HaveCount(7);
        results[0].Evidence.Should().Be("SHOP_IMAGE is not set (chainbridge.yml:2:28)");
        results[1].Evidence.Should().Contain("unknown key 'imag'").And.NotContain("SHOP_IMAGE");
        results.Skip(2).Should().OnlyContain(result => result.Verdict == CheckVerdict.NotAsked);
        CheckResult.Of(results).Should().Be(Failure.Usage);
    }

    [Theory]
    [InlineData("port 8088 of the public door is taken by the container other-web-1", "ports", "files")]
    [InlineData("there is no Dockerfile", "files", "ports")]
    public async Task A_reason_of_the_target_has_the_line_that_it_belongs_to(string reason, string line, string other)
    {
        _source.Target.Reasons.Add(reason);
        var results = await AskAsync();
        results.Single(result => result.Name == line).Evidence.Should().Be(reason);
        results.Single(result => result.Name == other).Verdict.Should().Be(CheckVerdict.Ok);
        CheckResult.Of(results).Should().Be(Failure.Refused);
    }

    [Fact]
    public async Task An_edge_of_an_earlier_runner_is_a_warning_and_keeps_no_other_check_from_its_answer()
    {
        _source.Target.Edge = _source.Target.Edge! with { Lacks = [FoundEdge.NoReach] };
        var results = await AskAsync();
        results.Where(result => result.Verdict != CheckVerdict.Ok).Select(result => $"{result.Verdict} {result.Name}")
            .Should().Equal("Warning edge");
        CheckResult.Of(results).Should().BeNull("a deployment works with it");
    }

    [Fact]
    public async Task A_journal_that_was_changed_is_named_with_its_place_and_the_other_checks_are_asked_all_the_same()
    {
        var journal = new Journal(new LocalFiles(), _source.State);
        foreach (var version in new[] { "A", "B" })
            journal.Append(new(DateTimeOffset.UnixEpoch, version, JournalEvent.DeploymentBegun, "deploy", version, "ann", 1));
        var file = Path.Combine(_source.State, Journal.LinesFile);
        var text = await File.ReadAllTextAsync(file, Stop);
        await File.WriteAllTextAsync(file, text.Replace("\"A\"", "\"C\"", StringComparison.Ordinal), Stop);
        var results = await AskAsync();
        var found = results.Single(result => result.Verdict != CheckVerdict.Ok);
        (found.Name, found.Failure, found.NextStep).Should().Be(("journal", Failure.PersonNeeded, JournalReading.NextStep));
        found.Evidence.Should().Contain($"{file}:1: the line was changed");
    }

    [Fact]
    public async Task Another_target_than_before_and_servers_that_are_missing_are_each_named()
    {
        _source.Settles = () => throw new EngineException(Failure.Refused, "staging runs on the target compose", "take it down first");
        var results = await AskAsync();
        results.Single(result => result.Name == "target").Evidence.Should().Contain("runs on the target compose");
        results.Where(result => result.Verdict == CheckVerdict.NotAsked).Select(result => result.Name)
            .Should().Equal("services", "servers", "edge", "ports", "files");

        _source.Settles = () => { };
        _source.Target.Unreachable = true;
        results = await AskAsync();
        results.Single(result => result.Name == "servers").Failure.Should().Be(Failure.Unreachable);
    }

    [Fact]
    public async Task A_disk_below_the_limit_of_the_manifest_is_a_problem()
    {
        _source.Text += "\npreflight: { disk: 900000000GB }";
        (await AskAsync()).Single(result => result.Verdict == CheckVerdict.Problem).Name.Should().Be("disk");
    }

    [Fact]
    public async Task Each_of_several_hosts_has_lines_of_its_own_and_one_that_is_away_is_named()
    {
        _source.Text = _source.Text.Replace("target: process", "target: compose, composeFile: compose.yml, hosts: [ssh://one, ssh://two]",
            StringComparison.Ordinal);
        _source.Opened = new HostHandle(new PlannedHost(new LocalHost(new Plugins()), _ => { }), TimeProvider.System)
        {
            Address = new(null, "one", null),
            Away = [HostFailures.Together([("two", new EngineException(Failure.Unreachable, "connection refused", "start sshd"))])],
        };
        var results = (await AskAsync()).ToDictionary(result => result.Name);
        results["host"].Verdict.Should().Be(CheckVerdict.Ok);
        results["disk"].Verdict.Should().Be(CheckVerdict.Ok);
        (results["host of two"].Evidence, results["host of two"].NextStep).Should().Be(("two: connection refused", "start sshd"));
        foreach (var check in new[] { "clock", "disk", "memory", "engine", "disk of the engine", "siblings" })
            results[$"{check} of two"].Evidence.Should().Be("because the check 'host of two' did not end well");
        CheckResult.Of(results.Values).Should().Be(Failure.Unreachable);
    }

    private Task<IReadOnlyList<CheckResult>> AskAsync() => new Checkup(_source, TimeProvider.System, new Plugins()).RunAsync(Stop);

    /// <summary>Compose and buildx of this machine.</summary>
    private sealed class Plugins : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(command, 0, "2.35.0\n", ""));
    }

    private sealed class Source(string state) : ICheckupSource
    {
        public string State => state;

        public string Text { get; set; } = $$"""
            project: shop
            services: { web: { image: shop/web, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: process, stateDirectory: {{state}} } }
            """;

        public FakeTarget Target { get; } = new();

        public Action Opens { get; set; } = () => { };

        /// <summary>The hosts; null for this machine.</summary>
        public HostHandle? Opened { get; set; }

        public Action Settles { get; set; } = () => { };

        public ManifestReading Read() => ManifestReader.Parse(Text, "chainbridge.yml", "/clone/chainbridge.yml", _ => null);

        public EnvironmentSpec Choose(DeploymentManifest manifest) => manifest.Environments["staging"];

        public Task<(HostHandle Host, EnvironmentSpec Environment)> OpenAsync(
            EnvironmentSpec environment, CancellationToken cancellationToken)
        {
            Opens();
            if (Opened is not null) return Task.FromResult((Opened, environment));
            var host = new PlannedHost(new LocalHost(new LocalExecutor(TimeProvider.System)), _ => { });
            return Task.FromResult((new HostHandle(host, TimeProvider.System), environment));
        }

        public Task<EnvironmentSpec> SettleAsync(HostHandle host, EnvironmentSpec environment, CancellationToken cancellationToken)
        {
            Settles();
            return Task.FromResult(environment);
        }

        public Task<(DeploymentManifest Manifest, IPlatform Platform)> PlatformAsync(DeploymentManifest manifest,
            EnvironmentSpec environment, HostHandle host, CancellationToken cancellationToken) =>
            Task.FromResult<(DeploymentManifest, IPlatform)>((manifest, Target));
    }
}
