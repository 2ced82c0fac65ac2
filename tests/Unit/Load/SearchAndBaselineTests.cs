using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>The search for the highest rate, on a target made up, and the comparison with an earlier release.</summary>
public sealed class SearchAndBaselineTests : IDisposable
{
    private const string Relative = "p95 <= baseline + 10% + 1ms";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("baselines-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(730)]
    [InlineData(60)]
    [InlineData(7)]
    public async Task The_highest_rate_that_holds_is_found_within_the_precision(double capacity)
    {
        var found = await Search(rate => rate <= capacity ? LoadVerdict.Pass : LoadVerdict.Fail);
        found.Held.Should().BeInRange(capacity * 0.94, capacity);
        found.Broke.Should().BeGreaterThan(capacity);
        found.ToString().Should().Contain("and break at");
    }

    [Fact]
    public async Task The_generators_own_limit_is_told_from_the_targets()
    {
        var found = await Search(rate => rate <= 400 ? LoadVerdict.Pass : LoadVerdict.Inconclusive);
        found.ByGenerator.Should().BeTrue();
        found.ToString().Should().Contain("at least").And.Contain("inconclusive");
    }

    [Fact]
    public async Task A_rate_that_breaks_by_chance_once_is_tried_again()
    {
        var tried = new HashSet<double>();
        var found = await Search(rate => rate <= 500 && !tried.Add(rate) ? LoadVerdict.Pass : LoadVerdict.Fail);
        found.Held.Should().BeInRange(470, 500);
    }

    [Fact]
    public async Task A_target_that_holds_nothing_and_one_that_holds_all_are_said()
    {
        (await Search(_ => LoadVerdict.Fail)).ToString().Should().Contain("do not hold even at");
        (await Search(_ => LoadVerdict.Pass)).ToString().Should().Be("the limits hold up to 1000/s, the highest that was tried");
    }

    [Fact]
    public async Task A_release_is_compared_with_the_newest_baseline_that_was_kept()
    {
        var store = new BaselineStore(_folder.FullName);
        var plan = Measured.Plan(Relative);
        var before = Measured.Of(3000, 20, generator: Measured.Quiet, windows: 30);
        await store.SaveAsync(LoadTest.Judge(plan, before), "v1", Stop);
        var kept = await store.FindAsync("unit", null, Stop);
        Judge(plan, kept, Measured.Of(3000, 20, generator: Measured.Quiet, windows: 30)).Verdict.Should().Be(LoadVerdict.Pass);
        var slow = Judge(plan, kept, Measured.Of(3000, 26, generator: Measured.Quiet, windows: 30));
        slow.Verdict.Should().Be(LoadVerdict.Fail);
        slow.Reason.Should().Contain("+30.0 %").And.Contain("of v1");
    }

    [Theory]
    [InlineData("none", "there is no baseline yet")]
    [InlineData("scenario", "is of another scenario or load")]
    [InlineData("machine", "is of another machine (a machine; here another")]
    [InlineData("calibration", "faster or slower (calibration 900, now 600)")]
    [InlineData("noise", "cannot be compared with, because the hypervisor gave 30 %")]
    [InlineData("few", "not enough data")]
    public void A_baseline_that_cannot_be_compared_with_is_inconclusive_with_the_reason(string why, string told)
    {
        var plan = Measured.Plan(Relative);
        var machine = Measured.Quiet.Machine!;
        var here = why switch
        {
            "machine" => machine with { Fingerprint = "another" },
            "calibration" => machine with { Calibration = 600 },
            "noise" => machine with { Steal = 0.3 },
            _ => machine,
        };
        var before = Measured.Of(3000, 20, generator: Measured.Quiet, windows: why == "few" ? 3 : 30);
        var baseline = why == "none" ? null : new Baseline("unit", "v1", why == "scenario" ? "other" : plan.Comparable(), before);
        var result = Judge(plan, baseline, Measured.Of(3000, 20, generator: Measured.Quiet with { Machine = here }, windows: 30));
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain(told);
    }

    [Theory]
    [InlineData("late", "is no evidence itself: the generator did not keep up: 50.0 %")]
    [InlineData("broken", "is no evidence itself: the generator died")]
    [InlineData("cancelled", "is no evidence itself: ended after 10 of 10 s: it was cancelled")]
    [InlineData("noise", "is from a noisy machine: the hypervisor gave 30 %")]
    public void A_baseline_that_is_no_evidence_itself_is_compared_with_nothing(string why, string told)
    {
        var (plan, quiet) = (Measured.Plan(Relative), Measured.Quiet);
        var before = Measured.Of(3000, 20, late: why == "late" ? 1500 : 0, windows: 30,
            generator: why == "noise" ? quiet with { Machine = quiet.Machine! with { Steal = 0.3 } } : quiet);
        before.Broken = why == "broken" ? "the generator died" : null;
        before.EndedEarly = why == "cancelled" ? "it was cancelled" : null;
        var result = Judge(plan, new("unit", "v1", plan.Comparable(), before), Measured.Of(3000, 20, generator: quiet, windows: 30));
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain($"the baseline v1 {told}");
    }

    [Fact]
    public void A_regression_that_a_starved_generator_measured_is_inconclusive()
    {
        var plan = Measured.Plan(Relative);
        var baseline = new Baseline("unit", "v1", plan.Comparable(), Measured.Of(3000, 20, generator: Measured.Quiet, windows: 30));
        var slow = Measured.Of(3000, 26, late: 1500, generator: Measured.Quiet, windows: 30);
        Judge(plan, baseline, slow).Verdict.Should().Be(LoadVerdict.Inconclusive);
    }

    [Fact]
    public void Windows_that_hold_too_few_samples_for_a_percentile_are_put_together()
    {
        var plan = Measured.Plan("p99 <= baseline + 10% + 1ms");
        LoadResult Compare(int samples, int windows) => Judge(plan,
            new("unit", "v1", plan.Comparable(), Measured.Of(samples, 20, generator: Measured.Quiet, windows: windows)),
            Measured.Of(samples, 26, generator: Measured.Quiet, windows: windows));
        Compare(6000, 60).Verdict.Should().Be(LoadVerdict.Fail, "five windows of 100 are one of 500");
        Compare(3000, 30).Reason.Should().Contain("not enough data: 6 windows of 500 samples in v1 and 6 now, and 10 of each are needed");
    }

    [Fact]
    public async Task A_regression_and_what_is_no_evidence_do_not_become_the_baseline()
    {
        var (store, plan) = (new BaselineStore(_folder.FullName), Measured.Plan(Relative));
        LoadMeasurement Run(double milliseconds) => Measured.Of(3000, milliseconds, generator: Measured.Quiet, windows: 30);
        var baseline = new Baseline("unit", "v1", plan.Comparable(), Run(20));
        var (late, died) = (Run(20), Run(20));
        (late.Late, died.Broken) = (1500, "the generator died");
        foreach (var bad in new[] { Judge(plan, baseline, Run(26)), Judge(plan, null, late), Judge(plan, null, died) })
            await store.Invoking(one => one.SaveAsync(bad, "v2", Stop)).Should().ThrowAsync<LoadPlanException>()
                .WithMessage("*did not pass*");
        await store.SaveAsync(Judge(plan, baseline, Run(20)), "v2", Stop);
        await store.SaveAsync(Judge(plan, null, Run(20)), "v3", Stop);
        await store.SaveAsync(Judge(plan, baseline with { Comparable = "another" }, Run(26)), "v4", Stop);
    }

    [Fact]
    public async Task A_run_that_did_not_pass_is_kept_as_no_baseline_and_a_broken_file_is_named()
    {
        var store = new BaselineStore(_folder.FullName);
        var failed = LoadTest.Judge(Measured.Plan("p99 <= 1ms"), Measured.Of(1000, 20, generator: Measured.Quiet));
        await store.Invoking(one => one.SaveAsync(failed, "v1", Stop)).Should().ThrowAsync<LoadPlanException>()
            .WithMessage("*did not pass*p99*");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "unit"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "unit", "v2.json"), "{", Stop);
        await store.Invoking(one => one.FindAsync("unit", "v2", Stop)).Should().ThrowAsync<LoadPlanException>()
            .WithMessage("*v2.json cannot be read*");
    }

    [Fact]
    public async Task Two_releases_are_measured_in_turn_and_the_slower_one_fails()
    {
        var asked = new List<string>();
        var engine = new Fake(plan =>
        {
            asked.Add(plan.Target!.Host);
            return Measured.Of(1500, plan.Target.Host == "old" ? 20 : 26, generator: Measured.Quiet, windows: 15);
        });
        var result = await new SideBySide(engine).RunAsync(Measured.Plan(), new("http://old"), new("http://new"), 2, null, Stop);
        asked.Should().Equal("old", "new", "new", "old");
        result.Verdict.Should().Be(LoadVerdict.Fail);
        result.Measurement.Windows.Should().HaveCount(30).And.BeInAscendingOrder(window => window.At);
    }

    [Fact]
    public async Task A_replay_that_is_measured_in_turn_is_reported_with_the_arrivals_of_all_rounds()
    {
        var replay = new RecordedArrivals([TimeSpan.Zero, TimeSpan.FromSeconds(1)]);
        var engine = new Fake(_ => Measured.Of(2, 20, generator: Measured.Quiet));
        var result = await new SideBySide(engine).RunAsync(Measured.Plan() with { Shape = replay }, new("http://old"), new("http://new"), 3,
            null, Stop);
        ((RecordedArrivals)result.Plan.Shape).At.Should().HaveCount(6).And.BeInAscendingOrder();
        result.Plan.Shape.Duration.Should().BeCloseTo(3 * replay.Duration, TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData("old", "the baseline http://old/ is no evidence itself: round 1: the generator did not keep up")]
    [InlineData("new", "inconclusive: round 1: the generator did not keep up")]
    public async Task A_round_that_was_late_makes_the_comparison_inconclusive_though_the_sum_of_all_is_not(string which, string told)
    {
        var seen = new HashSet<string>();
        var engine = new Fake(plan => Measured.Of(2000, 20, generator: Measured.Quiet, windows: 20,
            late: seen.Add(plan.Target!.Host) && plan.Target.Host == which ? 40 : 0));
        var result = await new SideBySide(engine).RunAsync(Measured.Plan(), new("http://old"), new("http://new"), 3, null, Stop);
        result.Verdict.Should().Be(LoadVerdict.Inconclusive);
        result.Reason.Should().Contain(told);
    }

    [Fact]
    public async Task Old_baselines_go_but_for_the_newest_and_the_stable_release()
    {
        var store = new BaselineStore(_folder.FullName);
        var result = LoadTest.Judge(Measured.Plan("p99 <= 50ms"), Measured.Of(1000, 20, 0, Measured.Quiet, windows: 10));
        foreach (var day in Enumerable.Range(1, 5))
        {
            await store.SaveAsync(result, $"1.{day}", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, "unit", $"1.{day}.json"), new(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }

        store.Forget("unit", newest: 2, besides: ["1.1"]);
        store.Forget("another", newest: 2, besides: []);
        Directory.GetFiles(Path.Combine(_folder.FullName, "unit")).Select(Path.GetFileName).Should()
            .BeEquivalentTo("1.1.json", "1.4.json", "1.5.json");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static LoadResult Judge(LoadPlan plan, Baseline? baseline, LoadMeasurement measured) =>
        ChainBridge.TestKit.Load.Verdicts.Judge.Of(plan, measured, limit => new BaselineJudge(plan, baseline).Judge(measured, limit));

    private static Task<FoundLimit> Search(Func<double, LoadVerdict> answer) => new LimitSearch((plan, _) =>
    {
        var verdict = answer(((ArrivalRates)plan.Shape).Peak);
        var measured = Measured.Of(1000, verdict == LoadVerdict.Fail ? 90 : 5, late: verdict == LoadVerdict.Inconclusive ? 500 : 0,
            generator: Measured.Quiet);
        return Task.FromResult(LoadTest.Judge(Measured.Plan("p99 <= 50ms"), measured));
    }) { From = 50, UpTo = 1000 }.FindAsync(Measured.Plan("p99 <= 50ms"), null, Stop);

    private sealed class Fake(Func<LoadPlan, LoadMeasurement> run) : ILoadEngine
    {
        public Task<LoadMeasurement> RunAsync(LoadPlan plan, ILoadWatcher? watcher, CancellationToken cancellationToken) =>
            Task.FromResult(run(plan));
    }
}
