using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms;

public sealed class SlotSettingsTests
{
    [Fact]
    public void A_release_is_started_with_the_settings_it_was_made_with_not_with_todays()
    {
        var old = Record(Read("LIMIT: '10'"));
        Settings(Read("LIMIT: '99'"), old)["LIMIT"].Should().Be("10");
    }

    [Fact]
    public void A_secret_is_not_recorded_and_comes_from_todays_manifest()
    {
        var old = Record(Read("API_TOKEN: yesterday"));
        old.Services["pay"].Environment["API_TOKEN"].Should().Be(Configuration.Secret);
        Settings(Read("API_TOKEN: today"), old)["API_TOKEN"].Should().Be("today");
    }

    [Fact]
    public void A_known_secret_inside_another_setting_is_not_recorded_either() =>
        Record(Read("URL: 'https://ann:hunter22@example.test'")).Services["pay"].Environment["URL"].Should().Be(Configuration.Secret);

    [Fact]
    public void A_secret_that_todays_manifest_lacks_is_named()
    {
        var old = Record(Read("API_TOKEN: yesterday"));
        var starting = () => Settings(Read("LIMIT: '10'"), old);
        starting.Should().Throw<EngineException>().Which.Message.Should().Contain("v1 needs the secret API_TOKEN for pay");
    }

    [Fact]
    public void References_are_filled_in_when_it_starts_and_are_no_secret()
    {
        var old =
            Record(Read("DB_PASSWORD: '${{ accessories.db.password }}', DOOR: '${{ services.pay.url }}/x', V: '${{ release.version }}'"));
        old.Services["pay"].Environment["DB_PASSWORD"].Should().Contain("accessories.db.password");
        Settings(Read("LIMIT: '10'"), old)
            .Should().Equal(new Dictionary<string, string> { ["DB_PASSWORD"] = "db-password", ["DOOR"] = "http://pay/x", ["V"] = "v1" });
    }

    [Theory]
    [InlineData(AccessoryKind.Postgres, "here 5000 postgres secret")]
    [InlineData(AccessoryKind.Redis, "here 5000  ")]
    [InlineData(AccessoryKind.Other, "here   ")]
    public void An_accessory_has_the_fields_of_its_kind(AccessoryKind kind, string fields)
    {
        var address = new AccessoryAddress("here", 5000, () => "secret");
        string.Join(' ', new[] { "host", "port", "user", "password" }.Select(field => address.Field(kind, field))).Should().Be(fields);
    }

    [Fact]
    public void An_environments_variables_win_over_the_services_own()
    {
        var manifest = Read("LIMIT: '10'", "variables: { LIMIT: '20' }");
        Settings(manifest, Record(manifest))["LIMIT"].Should().Be("20");
    }

    [Fact]
    public void The_hash_tells_settings_apart_but_not_secrets()
    {
        Hash("LIMIT: '10'").Should().NotBe(Hash("LIMIT: '11'"));
        Hash("API_TOKEN: one").Should().Be(Hash("API_TOKEN: two")).And.NotBe(Hash("OTHER_TOKEN: one"));
    }

    private static string Hash(string environment) => Record(Read(environment)).ConfigurationHash;

    private static Dictionary<string, string> Settings(DeploymentManifest manifest, Release release) =>
        new SlotSettings(manifest, manifest.Environments["staging"])
            .Of(release, release.Services["pay"], accessory => new("here", 5000, () => $"{accessory.Name}-password"),
                name => $"http://{name}");

    private static IReadOnlyDictionary<string, ServiceSpec> Recorded(DeploymentManifest manifest) =>
        Configuration.Recorded(manifest, manifest.Environments["staging"], new Redactor(["hunter22"]));

    private static Release Record(DeploymentManifest manifest) => new("v1", "abc", new Dictionary<string, Artifact>(),
        Recorded(manifest), null, true, "ann", DateTimeOffset.UnixEpoch);

    private static DeploymentManifest Read(string environment, string more = "retain: 3")
    {
        var text = $$"""
            project: shop
            services:
              pay: { image: shop/pay, public: true, environment: { {{environment}} } }
            accessories:
              db: { kind: postgres, image: postgres:15 }
            gates:
              smoke: { probes: [ { path: /health } ] }
            environments:
              staging: { target: process, {{more}} }
            """;
        var reading = ManifestReader.Parse(text, "chainbridge.yml", "/nowhere/chainbridge.yml", _ => null);
        return reading.Manifest ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }
}
