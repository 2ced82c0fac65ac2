using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>Services of the release that commands of a gate refer to.</summary>
public sealed class GateReferencesTests
{
    private const string Manifest = """
        project: shop
        services:
          door: { image: shop/door, public: true }
          agent: { image: shop/agent, port: 7070 }
          post: { image: shop/post }
        workers: [post]
        gates:
          integration: { commands: [ { run: [test], results: a, format: ctrf } ] }
          smoke: { probes: [ { path: / } ], commands: [ { run: [load, "${{ services.agent.address }}"], results: a, format: ctrf } ] }
        environments: { staging: { target: process } }
        """;

    [Fact]
    public void A_command_of_the_smoke_gate_may_refer_to_a_service_by_three_fields()
    {
        foreach (var field in new[] { "address", "url", "inside" })
            Read(Manifest.Replace("agent.address", $"agent.{field}", StringComparison.Ordinal)).Problems.Should().BeEmpty();
        References.Services(Read(Manifest).Manifest!.Gates.Smoke.Commands).Should().Equal("agent");
    }

    [Theory]
    [InlineData("agent.address", "agnet.address",
        "chainbridge.yml:9:63: a command of the smoke gate refers to 'agnet', which is no service of a slot (did you mean 'agent'?)")]
    [InlineData("agent.address", "agent.port", "chainbridge.yml:9:63: the command refers to 'services.agent.port' (a command can refer to")]
    [InlineData("services.agent.address", "release.version", "chainbridge.yml:9:63: the command refers to 'release.version' (a command")]
    [InlineData("agent.address }}", "agent.address}", "chainbridge.yml:9:63: '${{ services.agent.address}' has a reference that is not")]
    [InlineData("agent.address }}", "agent.url/x }}", "chainbridge.yml:9:63: '${{ services.agent.url/x }}' has a reference that is not")]
    [InlineData("results: a, format: ctrf } ] }\nenv", "results: '${{ services.agent.url }}', format: ctrf } ] }\nenv",
        "chainbridge.yml:9:106: results refers to something")]
    [InlineData("agent.address", "post.address", "chainbridge.yml:9:63: a command of the smoke gate refers to the worker 'post'")]
    [InlineData("run: [test]", "run: [test, '${{ services.agent.url }}']",
        "chainbridge.yml:8:44: the command refers to 'services.agent.url', and no release runs while this gate is asked (move the command")]
    public void A_reference_that_leads_to_nothing_is_refused_with_its_place(string what, string otherwise, string problem) =>
        Read(Manifest.Replace(what, otherwise, StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.ToString().Should().StartWith(problem);

    [Theory]
    [InlineData("expose: ['7070']", "services.agent.address", null)]
    [InlineData("restart: always", "services.agent.address", "refers to 'agent', which has no port")]
    [InlineData("expose: ['7070']", "services.agnet.address", "refers to 'agnet', which is no service of a slot (did you mean 'agent'?)")]
    [InlineData("expose: ['7070']", "services.db.address", "refers to 'db', which is no service of a slot")]
    public void A_reference_to_a_service_of_the_compose_file_is_refused_when_that_has_no_port_in_a_slot(
        string agent, string reference, string? problem)
    {
        using var files = new TeamFiles("web");
        files.Write("docker-compose.yml", $$"""
            services:
              web: { image: nginx, ports: ['80'] }
              agent: { image: load, {{agent}} }
              db: { image: postgres, expose: ['5432'] }
            """).Write("chainbridge.yml", $$$"""
            project: shop
            compose: docker-compose.yml
            accessories: [db]
            doors: { web: { service: web } }
            gates:
              smoke:
                probes: [ { path: / } ]
                commands: [ { run: [load, "${{ {{{reference}}} }}"], results: a, format: ctrf } ]
            environments: { staging: { target: compose } }
            """);
        var found = new TeamComposeFile(files.Manifest, Path.Combine(files.Root, "docker-compose.yml"), _ => null)
            .Services(resolved: null).Problems;
        if (problem is null) found.Should().BeEmpty();
        else found.Should().ContainSingle().Which.ToString().Should().Contain("chainbridge.yml:8:31: ").And.Contain(problem);
    }

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/x/chainbridge.yml", _ => null);
}
