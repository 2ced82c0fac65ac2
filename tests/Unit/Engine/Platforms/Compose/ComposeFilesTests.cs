using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;
using ChainBridge.Engine.Traffic;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

public sealed class ComposeFilesTests
{
    private readonly Dictionary<string, string> _variables = [];

    [Fact]
    public void The_override_pins_each_image_by_digest_and_is_never_pulled() =>
        Override([]).Should().Contain("image: sha256:1").And.Contain("pull_policy: never").And.Contain("chainbridge.version: v1");

    [Fact]
    public void A_secret_stands_in_the_override_as_a_name_only()
    {
        Override(new() { ["Postgres__Password"] = "hunter22" }).Should().Contain("${CHAINBRIDGE_SECRET_").And.NotContain("hunter22");
        _variables.Values.Should().Contain("hunter22");
    }

    [Fact]
    public void A_password_inside_a_connection_string_is_a_secret_too() =>
        Override(new() { ["DATABASE"] = "Host=db;Password=known-password" }).Should().NotContain("known-password");

    [Fact]
    public void A_dollar_reaches_the_service_as_a_dollar() => Override(new() { ["PRICE"] = "5$ ${HOME}" }).Should().Contain("5$$ $${HOME}");

    [Fact]
    public void A_value_that_looks_like_another_type_stays_text() => Override(new() { ["ON"] = "yes", ["N"] = "010" }).Should().Contain("""
              "ON": "yes"
              "N": "010"
        """);

    [Fact]
    public void A_one_shot_service_gets_the_settings_of_the_service_whose_image_it_runs() =>
        Override([], new() { ["seed"] = new() { ["ROLE"] = "seed", ["Postgres__Password"] = "hunter22" } }).Should().Contain("""
              seed:
                environment:
                  ROLE: seed
            """.Replace("      seed", "  seed", StringComparison.Ordinal)).And.NotContain("hunter22");

    [Fact]
    public void Shared_services_listen_on_loopback_and_keep_their_data_in_named_volumes()
    {
        var text = ComposeFiles.Shared(new ComposeNames(Manifest, Manifest.Environments["staging"]), Manifest, _ => "hunter22", "edge-key",
            "sha256:edge", [new("default", 8088, 8080)], _variables);
        text.Should().Contain("127.0.0.1:8088:8080").And.Contain("db:/var/lib/postgresql/data").And.Contain("image: sha256:edge")
            .And.NotContain("hunter22").And.NotContain("edge-key");
        _variables.Values.Should().Contain("edge-key");
    }

    [Fact]
    public void The_edge_gets_a_published_port_for_each_door_that_has_one_and_can_be_asked_which_is_whose()
    {
        var text = Shared(new("default", 8088, EdgePorts.Inside(0)), new("result", 8089, EdgePorts.Inside(1)));
        text.Should().Contain("127.0.0.1:8088:8080").And.Contain("127.0.0.1:8089:8082").And.Contain("127.0.0.1::8081")
            .And.Contain("- \"--door\"\n    - result=8082").And.Contain("chainbridge.door.result: \"8082\"");
        Shared(new OpenPort("default", 8088, 8080)).Should().NotContain("--door", "an edge that stands must not look changed")
            .And.NotContain("chainbridge.door");
    }

    [Fact]
    public void A_service_can_be_asked_at_its_own_port_and_at_the_port_of_each_of_its_doors() =>
        Override([], doors: [new("a", "pay", 8080), new("b", "pay", 9000)]).Should()
            .Contain("127.0.0.1::8080").And.Contain("127.0.0.1::9000");

    private string Shared(params OpenPort[] ports) => ComposeFiles.Shared(new ComposeNames(Manifest, Manifest.Environments["staging"]),
        Manifest, _ => "hunter22", "edge-key", "sha256:edge", ports, _variables);

    [Fact]
    public void Two_state_directories_never_share_a_name()
    {
        var staging = Manifest.Environments["staging"];
        new ComposeNames(Manifest, staging).Base.Should()
            .NotBe(new ComposeNames(Manifest, staging with { StateDirectory = "/elsewhere" }).Base);
    }

    private string Override(Dictionary<string, string> settings, Dictionary<string, Dictionary<string, string>>? oneShots = null,
        IReadOnlyList<DoorSpec>? doors = null)
    {
        var release = new Release("v1", "abc", new Dictionary<string, Artifact> { ["pay"] = new("sha256:1", "shop/pay:v1", 1) },
            Manifest.Services, "services: {}", true, "ann", DateTimeOffset.UnixEpoch) { Doors = doors! };
        var redactor = new Redactor(["known-password"]);
        return ComposeFiles.Override(new ComposeNames(Manifest, Manifest.Environments["staging"]), release,
            new Dictionary<string, Dictionary<string, string>> { ["pay"] = settings }, oneShots ?? [],
            (name, value) => Redactor.IsSecretName(name) || redactor.Hide(value) != value, _variables);
    }

    private static DeploymentManifest Manifest
    {
        get
        {
            const string text = """
                project: shop
                services:
                  pay: { image: shop/pay, public: true }
                accessories:
                  db: { kind: postgres, image: postgres:15 }
                gates:
                  smoke: { probes: [ { path: /health } ] }
                environments:
                  staging: { target: compose, composeFile: docker-compose.yml }
                """;
            var reading = ManifestReader.Parse(text, "chainbridge.yml", "/nowhere/chainbridge.yml", _ => null);
            return reading.Manifest ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
        }
    }
}
