using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>The public doors of a manifest.</summary>
public sealed class DoorsTests
{
    private const string Good = """
        project: shop
        services:
          vote: { image: shop/vote }
          result: { image: shop/result, port: 80 }
        doors:
          vote: { service: vote, port: 8080 }
          result: { service: result, port: 8081 }
          admin: { service: result, to: 9000, host: admin.example.com, path: /x/ }
        gates: { smoke: { probes: [{ path: / }] } }
        environments:
          staging: { target: compose, composeFile: c.yml, port: 8088, ports: { result: 8089 } }
          other: { target: compose, composeFile: c.yml }
        """;

    [Fact]
    public void A_door_has_a_service_with_its_port_inside_and_a_rule()
    {
        var doors = Read(Good).Manifest!.Doors;
        doors.Should().Equal(new DoorSpec("vote", "vote", 8080, 8080), new DoorSpec("result", "result", 80, 8081),
            new DoorSpec("admin", "result", 9000, null, "admin.example.com", "/x"));
    }

    [Fact]
    public void An_environment_sets_other_ports_and_a_door_without_one_is_on_the_first_doors()
    {
        var manifest = Read(Good).Manifest!;
        var staging = manifest.DoorsIn(manifest.Environments["staging"]);
        staging.Select(door => door.Port).Should().Equal(8088, 8089, null);
        staging.Select(door => door.OpenedBy(staging).Name).Should().Equal("vote", "result", "vote");
        manifest.DoorsIn(manifest.Environments["other"]).Select(door => door.Port).Should().Equal(8080, 8081, null);
    }

    [Fact]
    public void Doors_on_one_port_are_opened_by_the_first_of_them_but_a_free_port_is_each_doors_own()
    {
        DoorSpec[] doors = [new("a", "s", 1, 0), new("b", "s", 1, 0), new("c", "s", 1, 5, Path: "/c"), new("d", "s", 1, 5)];
        doors.Select(door => door.OpenedBy(doors).Name).Should().Equal("a", "b", "c", "c");
    }

    [Fact]
    public void A_public_service_is_the_one_door_default_on_the_environments_port()
    {
        var manifest = Read(Old).Manifest!;
        manifest.DoorsIn(manifest.Environments["staging"]).Should().Equal(new DoorSpec("default", "vote", 8080, 8088));
    }

    [Theory]
    [InlineData("vote: { image: shop/vote }", "vote: { image: shop/vote, public: true }", "3", "public beside doors", "take public")]
    [InlineData("{ service: vote, port: 8080 }", "{ service: vot, port: 8080 }", "6", "'vot', which is no service", "vote")]
    [InlineData("{ service: vote, port: 8080 }", "{ port: 8080 }", "6", "lacks 'service'", "service")]
    [InlineData("port: 8081", "port: 80810", "7", "'80810'", "65535")]
    [InlineData("to: 9000", "to: 0", "8", "'0'", "65535")]
    [InlineData("host: admin.example.com", "host: 'admin.example.com:80'", "8", "no host name", "no port")]
    [InlineData("path: /x/", "path: x", "8", "'x' is no path", "/api")]
    [InlineData(", host: admin.example.com, path: /x/", "", "8", "vote and admin take the same requests in staging", "another port")]
    [InlineData("ports: { result: 8089 }", "ports: { result: 8088 }", "7", "vote and result take the same requests", "another port")]
    [InlineData("ports: { result: 8089 }", "ports: { resul: 8089 }", "11", "'resul', which is no door", "result")]
    [InlineData("ports: { result: 8089 }", "ports: { vote: 8089 }", "11", "two ports for its first door", "keep port")]
    [InlineData("  admin:", "  default:", "8", "only the first door", "put it first")]
    [InlineData("  admin:", "  Admin:", "8", "'Admin'", "lower-case")]
    [InlineData("path: /x/", "paht: /x/", "8", "unknown key 'paht'", "path")]
    [InlineData("target: compose, composeFile: c.yml, port", "target: process, port", "8", "no port 9000 inside", "take 'to' out")]
    public void A_problem_of_doors_names_its_place_and_a_hint(string good, string bad, string line, string message, string hint)
    {
        Good.Should().Contain(good);
        var problem = Read(Good.Replace(good, bad, StringComparison.Ordinal))
            .Problems.Should().ContainSingle(problem => problem.Message.Contains(message)).Subject;
        problem.ToString().Should().StartWith($"shop.yml:{line}:");
        problem.Column.Should().BePositive();
        problem.Hint.Should().Contain(hint);
    }

    [Fact]
    public void A_probe_names_a_door_and_sends_the_host_of_the_service_behind_it_unless_the_door_has_one()
    {
        var text = Good.Replace("{ path: / }", "{ path: / }, { path: /, door: result }, { path: /, door: admin }", StringComparison.Ordinal)
            .Replace("port: 80 }", "port: 80, host: result.example.com, version: /v }", StringComparison.Ordinal);
        var manifest = Read(text).Manifest!;
        manifest.Gates.Smoke.Probes.Select(probe => (probe.Door, probe.Host, probe.VersionRequired)).Should()
            .Equal((null, null, false), ("result", "result.example.com", false), ("admin", null, false));
        manifest.Services.Values.Select(service => service.StatesVersion).Should().Equal(false, true);
        Read(Good.Replace("path: / }", "path: /, versionHeader: X-V }", StringComparison.Ordinal)).Manifest!
            .Gates.Smoke.Probes.Single().VersionRequired.Should().BeTrue();
        Read(Good.Replace("path: / }", "path: /, door: resul }", StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.Hint.Should().Be("did you mean 'result'?");
    }

    [Fact]
    public void An_observation_has_a_limit_of_time_only_where_the_manifest_names_one()
    {
        Read(Good).Manifest!.Gates.Observe.MaxP99.Should().BeNull();
        Read(Good.Replace("gates: {", "gates: { observe: { maxP99: 250ms },", StringComparison.Ordinal)).Manifest!
            .Gates.Observe.MaxP99.Should().Be(TimeSpan.FromMilliseconds(250));
        Read(Good.Replace("gates: {", "gates: { observe: { maxP99: fast },", StringComparison.Ordinal)).Problems
            .Should().ContainSingle().Which.Message.Should().Contain("'fast'");
    }

    [Fact]
    public void No_door_at_all_is_a_problem_and_so_are_two_public_services()
    {
        Read(Old.Replace(", public: true", "", StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.Message.Should().Contain("no service is public");
        Read(Old.Replace("shop/pay", "shop/pay, public: true", StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.Hint.Should().Contain("name each as a door");
        Read($"{Old}\ndoors: {{}}".Replace(", public: true", "", StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.Message.Should().Contain("no door");
    }

    private const string Old = """
        project: shop
        services:
          pay: { image: shop/pay }
          vote: { image: shop/vote, public: true }
        gates: { smoke: { probes: [{ path: / }] } }
        environments:
          staging: { target: process }
        """;

    private static ManifestReading Read(string text) => ManifestReader.Parse(text, "shop.yml", "/somewhere/shop.yml", _ => null);
}
