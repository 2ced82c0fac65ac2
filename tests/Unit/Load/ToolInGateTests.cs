using System.Globalization;
using ChainBridge.TestKit.Load;
using ChainBridge.TestKit.Load.Tool;
using ChainBridge.TestKit.Load.Tool.Verbs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>What the tool takes from the gate of a deployment that it is run in, with real generators against a small server.</summary>
public sealed class ToolInGateTests : IDisposable
{
    private const string Absolute = "p95 <= 60s", Relative = "p50 <= baseline + 1000% + 1000ms";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("load-gate-");
    private readonly RawServer _server = new();
    private readonly Dictionary<string, string> _variables = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_run_that_passes_is_kept_as_the_candidates_in_the_folder_of_how_it_was_asked()
    {
        Gate("2.0", stable: null);
        (await RunAsync("run", Absolute)).Code.Should().Be(ExitCode.Passed);
        Gate("2.0", stable: null, at: "door");
        (await RunAsync("run", Absolute)).Code.Should().Be(ExitCode.Passed);
        Kept("candidate").Should().Equal("2.0.json");
        Kept("door").Should().Equal("2.0.json");
    }

    [Fact]
    public async Task A_first_release_has_nothing_to_be_compared_with_and_is_kept_for_the_next()
    {
        Gate("1.0", stable: null);
        var run = await RunAsync("run", Relative);
        run.Code.Should().Be(ExitCode.Inconclusive, run.Errors);
        run.Output.Should().Contain("there is no stable release yet to compare with");
        Kept("candidate").Should().Equal("1.0.json");
    }

    [Fact]
    public async Task A_release_is_compared_with_the_stable_one_and_with_no_newer_one_that_was_refused()
    {
        Gate("1.0", stable: null);
        await RunAsync("run", Absolute);
        Gate("2.0", stable: "1.0");
        await RunAsync("run", Absolute);
        Gate("3.0", stable: "1.0");
        var run = await RunAsync("run", Relative);
        // Too short to be compared; on a machine that others slow down now, the baseline is refused for that first.
        run.Output.Should().MatchRegex(@"not enough data: .* in 1\.0 |the baseline 1\.0 ").And.NotMatchRegex(@"(in|baseline) 2\.0 ");
    }

    [Fact]
    public async Task A_stable_release_of_which_nothing_was_kept_is_named_and_leaves_only_the_relative_limit_open()
    {
        Gate("2.0", stable: "1.0");
        var run = await RunAsync("run", Relative);
        run.Code.Should().Be(ExitCode.Inconclusive, run.Errors);
        run.Output.Should().Contain("there is no baseline of 1.0: nothing was kept of it here");
        (await RunAsync("run", Absolute)).Code.Should().Be(ExitCode.Passed);
    }

    [Fact]
    public async Task The_measure_that_the_stable_release_was_promoted_with_stays_when_it_is_deployed_again()
    {
        Gate("1.0", stable: null);
        await RunAsync("run", Absolute);
        var kept = Path.Combine(_folder.FullName, "load", "candidate", "unit", "1.0.json");
        var before = await File.ReadAllTextAsync(kept, Stop);
        Gate("1.0", stable: "1.0");
        (await RunAsync("run", Absolute)).Code.Should().Be(ExitCode.Passed);
        (await File.ReadAllTextAsync(kept, Stop)).Should().Be(before);
    }

    [Fact]
    public async Task The_newest_baselines_stay_and_the_stable_releases_too()
    {
        var place = Directory.CreateDirectory(Path.Combine(_folder.FullName, "load", "candidate", "unit")).FullName;
        foreach (var number in Enumerable.Range(1, Baselines.Kept + 5))
        {
            var path = Path.Combine(place, $"0.{number}.json");
            await File.WriteAllTextAsync(path, "{}", Stop);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number));
        }

        Gate("2.0", stable: "0.25");
        File.SetLastWriteTimeUtc(Path.Combine(place, "0.25.json"), new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await RunAsync("run", Absolute, "--against", "0.2")).Code.Should().Be(ExitCode.Passed);
        Kept("candidate").Should().HaveCount(Baselines.Kept + 2).And.Contain(["2.0.json", "0.25.json", "0.2.json", "0.6.json"])
            .And.NotContain("0.5.json");
    }

    [Fact]
    public async Task The_options_go_before_what_the_gate_says()
    {
        Gate("2.0", stable: "1.0");
        var own = Path.Combine(_folder.FullName, "own");
        (await RunAsync("run", Absolute, "--baselines", own, "--save-baseline", "9.0")).Code.Should().Be(ExitCode.Passed);
        File.Exists(Path.Combine(own, "unit", "9.0.json")).Should().BeTrue();
        Directory.Exists(Path.Combine(_folder.FullName, "load")).Should().BeFalse();
    }

    [Fact]
    public async Task The_release_that_serves_is_measured_in_turn_without_being_named()
    {
        using var stable = new RawServer();
        Gate("2.0", stable: "1.0", url: $"{stable.Address}");
        var run = await RunAsync("compare", Absolute, "--rounds", "1");
        (stable.Requests.Count, _server.Requests.Count).Should().Be((20, 20), run.Errors);
    }

    [Fact]
    public async Task Beside_no_release_only_the_absolute_limits_are_judged_and_that_is_said()
    {
        Gate("1.0", stable: null);
        var run = await RunAsync("compare", Relative, "--rounds", "1");
        run.Code.Should().Be(ExitCode.Passed, run.Errors);
        run.Output.Should().Contain("unit: judged by its absolute limits only: no release can be asked beside this one").And
            .NotContain("baseline");
        _server.Requests.Should().HaveCount(20);
    }

    [Theory]
    [InlineData(Relative)]
    [InlineData(Absolute)]
    public async Task A_release_that_serves_and_could_not_be_asked_makes_a_comparison_inconclusive(string limit)
    {
        Gate("2.0", stable: "1.0");
        _variables["CHAINBRIDGE_STABLE_UNREACHABLE"] = "1";
        var run = await RunAsync("compare", limit, "--rounds", "1");
        run.Code.Should().Be(ExitCode.Inconclusive, run.Output);
        run.Output.Should().Contain("the release that serves could not be asked for its address: the runner's note says why");
    }

    [Fact]
    public async Task A_release_whose_errors_were_compared_with_nothing_is_no_measure_for_later_ones()
    {
        using var failing = new RawServer(_ => Reaction.Fails);
        Gate("1.0", stable: null);
        var run = await RunAsync("run", "errors <= baseline + 1%", failing);
        run.Code.Should().Be(ExitCode.Inconclusive, run.Output);
        run.Errors.Should().Contain("the baseline 1.0 was not saved: no baseline was kept, because 'errors <= baseline + 1%' was compared "
            + "with nothing, and it was 100%");
        Directory.Exists(Path.Combine(_folder.FullName, "load", "candidate", "unit")).Should().BeFalse();
    }

    [Fact]
    public async Task Outside_of_a_gate_the_old_release_has_to_be_named()
    {
        var run = await RunAsync("compare", Absolute);
        run.Code.Should().Be(ExitCode.Usage);
        run.Errors.Should().Contain("compare needs --old");
        _server.Requests.Should().BeEmpty();
    }

    private void Gate(string expected, string? stable, string at = "candidate", string? url = null)
    {
        _variables.Clear();
        (_variables["CHAINBRIDGE_ENVIRONMENT_STATE"], _variables["CHAINBRIDGE_ASKED_AT"]) = (_folder.FullName, at);
        _variables["CHAINBRIDGE_EXPECT_VERSION"] = expected;
        if (stable is not null) _variables["CHAINBRIDGE_STABLE_VERSION"] = stable;
        if (url is not null) _variables["CHAINBRIDGE_STABLE_URL"] = url;
    }

    private IEnumerable<string?> Kept(string at) =>
        Directory.GetFiles(Path.Combine(_folder.FullName, "load", at, "unit")).Select(Path.GetFileName).Order();

    /// <summary>20 arrivals in 0.2 s; how late they are is no matter of these tests.</summary>
    private Task<(int Code, string Output, string Errors)> RunAsync(string verb, string limit, params string[] options) =>
        RunAsync(verb, limit, _server, options);

    private async Task<(int Code, string Output, string Errors)> RunAsync(
        string verb, string limit, RawServer server, params string[] options)
    {
        var (output, errors) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        var scenario = Path.Combine(_folder.FullName, "unit.yml");
        await File.WriteAllTextAsync(scenario, $$"""
            name: unit
            target: {{server.Address}}
            load: { rate: 100/s, for: 200ms }
            lateAfter: 60s
            warmUp: 0s
            endEarly: false
            quietEnough: 100%
            steps: [{ path: /, expect: 200 }]
            limits: ['{{limit}}']
            """, Stop);
        var code = await EntryPoint.RunAsync([verb, scenario, "--quiet", "--wait", "0", .. options],
            new(output, errors, false, name => _variables.GetValueOrDefault(name), TimeProvider.System), Stop).WaitAsync(Patience, Stop);
        return (code, $"{output}", $"{errors}");
    }
}
