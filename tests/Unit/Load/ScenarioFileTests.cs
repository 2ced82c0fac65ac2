using ChainBridge.TestKit.Load;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Load;

/// <summary>Scenarios in YAML.</summary>
public sealed class ScenarioFileTests
{
    private const string Whole = """
        name: scoring
        target: ${URL:-http://127.0.0.1:8088}
        load:
          - { rate: 10/s to 100/s, for: 20s }
          - { rate: 100/s, for: 1m, arrivals: poisson, seed: 7 }
        warmUp: 500ms
        quietEnough: 50%
        timeout: 5s
        think: 100ms
        http: { version: 2, connections: 10, acceptAnyCertificate: true }
        data: rows.csv
        steps:
          - name: score
            method: post
            path: /iq/score
            headers: { Content-Type: application/json }
            body: '{"id":"P-${n}","who":"${data.who}"}'
            expect: 200
          - path: /health
        limits:
          - p99 <= 250ms
          - score: p95 <= 80ms
        """;

    [Fact]
    public void Every_key_is_read()
    {
        var plan = Read(Whole.Replace("- score: p95", "- 'score: p95").Replace("80ms", "80ms'"));
        plan.Name.Should().Be("scoring");
        plan.Target.Should().Be(new Uri("http://127.0.0.1:8088"));
        plan.Shape.Should().Be(ArrivalRates.Ramp(10, 100, TimeSpan.FromSeconds(20))
            .Then(ArrivalRates.Constant(100, TimeSpan.FromMinutes(1))).Poisson(7));
        (plan.WarmUp, plan.StepTimeout).Should().Be((TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5)));
        plan.QuietEnough.Should().Be(0.5);
        plan.Http.Should().Be(new LoadHttpOptions("2", 10, AcceptAnyCertificate: true));
        plan.Limits.Select(limit => $"{limit}").Should().Equal("p99 <= 250ms", "score: p95 <= 80ms");
        var scenario = (HttpScenario)plan.Scenario;
        scenario.Steps.Select(step => step.Name).Should().Equal("score", "GET /health");
        scenario.Steps[0].Method.Should().Be("POST");
        scenario.Data.Should().ContainSingle().Which["who"].Should().Be("Ann, Bob");
        scenario.Think.Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [InlineData("rate: 5/s", "rates: 5/s", "x.yml:3:16: 'load.rates' is not known; there are rate, users, for")]
    [InlineData("rate: 5/s", "rate: fast", "'load.rate' is 'fast', and a rate is a number per time: 100/s")]
    [InlineData("steps:", "quietEnough: 2\nsteps:", "'quietEnough' is '2', and a share is a number from 0 to 100 with its sign")]
    [InlineData("steps:", "quietEnough: 101%\nsteps:", "'quietEnough' is '101%', and a share")]
    [InlineData("for: 5s", "for: 5", "'load.for' is '5', and a time is a number with its unit")]
    [InlineData("rate: 5/s", "rate: 0/s", "not one arrival is due")]
    [InlineData("rate: 5/s, ", "", "says neither 'rate'")]
    [InlineData("path: /health", "expect: 200", "says no 'path'")]
    [InlineData("path: /health", "path: '/${data.x}'", "nothing stands in for ${data.x}")]
    [InlineData("path: /health", "path: '/${HOME_OF_NOTHING}'", "names the environment variable HOME_OF_NOTHING, which is not set")]
    [InlineData("http://127.0.0.1:1", "localhost", "write a whole address")]
    [InlineData("[p99 <= 1s]", "[p99 < 1s]", "'limits[0]' is wrong")]
    [InlineData("[p99 <= 1s]", "['pay: p99 <= 1s']", "is on a step that is not there: the steps are GET /health")]
    [InlineData("name: a", "name: a/b", "cannot name a scenario")]
    [InlineData("name: a", "name: [", "this is not YAML")]
    [InlineData("name: a", "data: away.csv", "cannot be used")]
    public void A_mistake_is_told_with_its_place_and_what_to_write(string right, string wrong, string told)
    {
        const string Good = """
            name: a
            target: http://127.0.0.1:1
            load: { rate: 5/s, for: 5s }
            steps: [{ path: /health }]
            limits: [p99 <= 1s]
            """;
        Read(Good);
        var read = () => Read(Good.Replace(right, wrong, StringComparison.Ordinal));
        read.Should().Throw<LoadPlanException>()
            .WithMessage("*" + told.Replace("[", "\\[", StringComparison.Ordinal).Replace("\\[", "[") + "*");
    }

    private static LoadPlan Read(string text) => ScenarioFile.Parse(text, "x.yml", _ => null, file => file == "rows.csv"
        ? new StringReader("who,age\n\"Ann, Bob\",7\n")
        : throw new FileNotFoundException($"there is no {file}"));
}
