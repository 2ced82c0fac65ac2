using ChainBridge.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>Workers of a manifest that lists its services itself.</summary>
public sealed class WorkersTests
{
    private const string Manifest = """
        project: shop
        services:
          door: { image: shop/door, public: true }
          post: { image: shop/post }
          mail: { image: shop/mail, health: /up }
        workers: [post, mail]
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: process } }
        """;

    [Fact]
    public void A_worker_is_asked_for_its_health_only_where_the_manifest_names_a_route()
    {
        var services = Read(Manifest).Manifest!.Services;
        services.Values.Select(service => (service.Name, service.Worker, service.Ready.HealthPath)).Should().Equal(
            ("door", false, "/health"), ("post", true, null), ("mail", true, "/up"));
    }

    [Theory]
    [InlineData("[post, mail]", "[pots]", "chainbridge.yml:6:11: workers names 'pots', which is no service (did you mean 'post'?)")]
    [InlineData("[post, mail]", "[post, door]", "chainbridge.yml:6:17: the worker 'door' is behind a door")]
    [InlineData("public: true }", "public: true, dependsOn: [post] }", "chainbridge.yml:3:54: services.door depends on the worker 'post'")]
    [InlineData("door, public: true }", "door, public: true, environment: { POST: '${{ services.post.url }}' } }",
        "chainbridge.yml:3:56: services.door asks for the url of the worker 'post', which has no health route")]
    public void A_worker_that_cannot_be_one_is_refused_with_its_place(string what, string otherwise, string problem) =>
        Read(Manifest.Replace(what, otherwise, StringComparison.Ordinal)).Problems.Should().ContainSingle()
            .Which.ToString().Should().StartWith(problem);

    [Fact]
    public void The_url_of_a_worker_with_a_health_route_can_be_handed_to_another_service() =>
        Read(Manifest.Replace("door, public: true }", "door, public: true, environment: { MAIL: '${{ services.mail.url }}' } }",
            StringComparison.Ordinal)).Problems.Should().BeEmpty();

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/x/chainbridge.yml", _ => null);
}
