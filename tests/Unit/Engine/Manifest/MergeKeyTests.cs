using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

public sealed class MergeKeyTests
{
    private const string Telemetry = """
        x-telemetry: &telemetry
          OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317
          LOG_LEVEL: info
        x-limits: &limits { LOG_LEVEL: warn, MAX_ROWS: "10" }
        x-service: &service
          port: 9000
          x-owner: payments
          environment: { <<: *telemetry }
        project: shop
        services:
          api:
            <<: *service
            image: shop/api
            public: true
            environment:
              <<: *telemetry
              LOG_LEVEL: debug
          worker:
            image: shop/worker
            environment:
              <<: [*limits, *telemetry]
          plain:
            <<: *service
            image: shop/plain
        gates:
          smoke:
            probes:
              - path: /health
        environments:
          staging:
            target: process
        """;

    [Fact]
    public void Extension_blocks_are_accepted_and_merge_keys_bring_in_what_a_mapping_does_not_have_itself()
    {
        var reading = Read(Telemetry);
        reading.Problems.Should().BeEmpty();
        var services = reading.Manifest!.Services;
        services["api"].Port.Should().Be(9000);
        services["api"].Environment.Should().BeEquivalentTo(
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317", ["LOG_LEVEL"] = "debug" });
        services["worker"].Environment.Should().BeEquivalentTo(
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317",
                ["LOG_LEVEL"] = "warn",
                ["MAX_ROWS"] = "10"
            });
        services["plain"].Environment["LOG_LEVEL"].Should().Be("info");
    }

    [Theory]
    [InlineData("<<: *telemetry\n      LOG_LEVEL: debug", "<<: none\n      LOG_LEVEL: debug", 16, "mapping")]
    [InlineData("port: 9000", "port: many", 6, "'many'")]
    [InlineData("port: 9000", "prot: 9000", 6, "unknown key 'prot'")]
    [InlineData("LOG_LEVEL: debug", "LOG_LEVEL: debug\n      LOG_LEVEL: again", 18, "twice")]
    public void A_problem_that_a_merge_brings_in_is_reported_where_it_is_written(string right, string wrong, int line, string message) =>
        Read(Telemetry.Replace(right, wrong, StringComparison.Ordinal))
            .Problems.Should().Contain(problem => problem.Line == line && problem.Message.Contains(message));

    private static ManifestReading Read(string text) => ManifestReader.Parse(text, "shop.yml", "/somewhere/shop.yml", _ => null);
}
