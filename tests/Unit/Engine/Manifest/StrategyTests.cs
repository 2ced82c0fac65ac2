using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>How an environment moves its traffic, and the settings of a canary.</summary>
public sealed class StrategyTests
{
    private const string Manifest = """
        project: shop
        services: { web: { image: shop/web, public: true } }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments:
          staging:
            target: process
            strategy:
              canary:
                shares: [10%, 50%, 75%]
                for: 30s
                waitFor: 5m
                warmUp: 0s
                maxMoreFailed: 0.02
                maxSlower: 0.25
        """;

    [Theory]
    [InlineData("")]
    [InlineData("strategy: blue-green")]
    public void All_the_traffic_moves_at_once_where_the_manifest_names_no_canary(string strategy) =>
        Read(WithStrategy(strategy)).Manifest!.Environments["staging"].Canary.Should().BeNull();

    [Theory]
    [InlineData("strategy: rolling", 1)]
    [InlineData("strategy: { rolling: {} }", 1)]
    [InlineData("strategy: { rolling: { settle: 5s } }", 5)]
    public void Services_are_replaced_one_by_one_where_the_manifest_says_rolling(string strategy, int settle)
    {
        var manifest = WithStrategy(strategy).Replace("target: process", "target: compose\n    composeFile: docker-compose.yml",
            StringComparison.Ordinal);
        var staging = Read(manifest).Manifest!.Environments["staging"];
        staging.Rolling.Should().Be(new RollingSpec(TimeSpan.FromSeconds(settle)));
        staging.Canary.Should().BeNull();
        Read(WithStrategy("")).Manifest!.Environments["staging"].Rolling.Should().BeNull();
    }

    [Fact]
    public void A_strategy_that_is_two_is_refused() => Read(WithStrategy("strategy: { rolling: {}, canary: {} }").Replace("target: process",
            "target: compose\n    composeFile: docker-compose.yml", StringComparison.Ordinal)).Problems.Should().ContainSingle()
        .Which.Message.Should().Contain("cannot be rolling and a canary");

    [Theory]
    [InlineData("process")]
    [InlineData("auto")]
    public void Rolling_is_refused_where_services_have_no_names(string target)
    {
        var problem = Read(WithStrategy("strategy: rolling").Replace("process", target, StringComparison.Ordinal)).Problems.Should()
            .ContainSingle().Which;
        problem.Message.Should().Contain("staging cannot be rolling: a process gets the addresses");
        problem.Hint.Should().Contain("target: compose");
    }

    [Theory]
    [InlineData("strategy: canary")]
    [InlineData("strategy: { canary: {} }")]
    public void A_canary_without_settings_has_the_defaults(string strategy)
    {
        var canary = Read(WithStrategy(strategy)).Manifest!.Environments["staging"].Canary!;
        canary.Shares.Should().Equal(5, 25, 50);
        canary.Should().Be(new CanarySpec(canary.Shares, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), 0.01,
            0.10));
    }

    [Fact]
    public void A_canary_has_its_settings()
    {
        var canary = Read(Manifest).Manifest!.Environments["staging"].Canary!;
        canary.Shares.Should().Equal(10, 50, 75);
        canary.Should().Be(
            new CanarySpec(canary.Shares, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.Zero, 0.02, 0.25));
    }

    [Theory]
    [InlineData("[10%, 50%, 75%]", "[10%, 10%]", "9:23", "the share 10% does not grow: it follows 10%", "the smallest first")]
    [InlineData("[10%, 50%, 75%]", "[50%, 5%]", "9:23", "the share 5% does not grow: it follows 50%", "the smallest first")]
    [InlineData("[10%, 50%, 75%]", "[0%, 50%]", "9:18", "the share '0%' is no whole percentage from 1% to 99%", "[5%, 25%, 50%]")]
    [InlineData("[10%, 50%, 75%]", "[50%, 100%]", "9:23", "the share '100%' is no whole percentage from 1% to 99%", "the switch gives")]
    [InlineData("[10%, 50%, 75%]", "[120%]", "9:18", "the share '120%' is no whole percentage", "[5%, 25%, 50%]")]
    [InlineData("[10%, 50%, 75%]", "[2.5%]", "9:18", "the share '2.5%' is no whole percentage", "[5%, 25%, 50%]")]
    [InlineData("[10%, 50%, 75%]", "[0.05]", "9:18", "the share '0.05' is no whole percentage", "[5%, 25%, 50%]")]
    [InlineData("[10%, 50%, 75%]", "[]", "9:17", "compares nothing", "[5%, 25%, 50%]")]
    [InlineData("[10%, 50%, 75%]", "half", "9:17", "environments.staging.strategy.canary.shares is 'half'", "a list")]
    [InlineData("waitFor: 5m", "waitFor: 20s", "11:18", "would end before it has lasted as long as it must", "at least 30s")]
    [InlineData("for: 30s", "for: 0s", "10:14", "environments.staging.strategy.canary.for is '0s'", "a duration")]
    [InlineData("maxSlower", "maxSlow", "14:9", "unknown key 'maxSlow'", "did you mean 'maxSlower'?")]
    [InlineData("canary:", "canaries:", "8:7", "unknown key 'canaries'", "did you mean 'canary'?")]
    public void A_canary_that_cannot_be_meant_is_refused_with_its_place_and_a_hint(
        string right, string wrong, string place, string message, string hint)
    {
        Manifest.Should().Contain(right);
        Read(Manifest.Replace(right, wrong, StringComparison.Ordinal)).Problems.Select(problem => problem.ToString()).Should()
            .ContainSingle(problem => problem.StartsWith($"chainbridge.yml:{place}:", StringComparison.Ordinal)
                && problem.Contains(message, StringComparison.Ordinal) && problem.Contains(hint, StringComparison.Ordinal));
    }

    [Fact]
    public void A_strategy_of_another_name_is_refused_with_those_there_are() =>
        Read(WithStrategy("strategy: canari")).Problems.Should().ContainSingle().Which.ToString().Should()
            .StartWith("chainbridge.yml:7:15:").And.Contain("environments.staging.strategy is 'canari'").And
            .Contain("expected blue-green, canary or rolling");

    private static string WithStrategy(string strategy) => string.Join('\n', Manifest.Split('\n')
        .TakeWhile(line => !line.Contains("strategy:", StringComparison.Ordinal)).Append($"    {strategy}"));

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/somewhere/chainbridge.yml", _ => null);
}
