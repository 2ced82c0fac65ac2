using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>A manifest with <c>compose:</c> at its root adds only what compose cannot hold; the services are the file's.</summary>
public sealed class ComposeServicesTests : IDisposable
{
    private const string Compose = """
        x-quiet: &quiet { logging: { driver: json-file } }
        services:
          desk:
            <<: *quiet
            build: { context: desk, target: slim, args: { A: b } }
            ports: ["5000:3000"]
            depends_on: { broker: { condition: service_healthy }, board: { condition: service_started } }
            healthcheck: { test: [CMD, "true"] }
          board: { image: "board:1", expose: ["3001"] }
          sorter: { build: sorter, depends_on: { table: { condition: service_completed_successfully } } }
          table: { image: "postgres:15", restart: "no" }
          report: { build: sorter, restart: "no" }
          debug: { image: shell, profiles: [debug] }
          broker: { image: "redis:7", ports: ["6379:6379"], volumes: ["broker:/data"] }
          ledger: { image: "ghcr.io/acme/postgres-plus:15@sha256:00" }
          store: { image: minio }
        volumes: { broker: }
        """;

    private const string Manifest = """
        project: parcels
        compose: compose.yml
        accessories: [broker, ledger, store]
        workers: [sorter]
        jobs: [report]
        services:
          desk: { public: true, health: /up, steady: 5s }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: compose } }
        """;

    private readonly TeamFiles _files = new("unused");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void In_a_slot_runs_what_has_no_profile_and_is_no_accessory_and_no_job() =>
        Filled().Services.Keys.Should().BeEquivalentTo("desk", "board", "sorter");

    [Fact]
    public void A_service_is_what_the_compose_file_defines_and_the_manifest_adds_what_that_cannot()
    {
        var services = Filled().Services;
        var desk = services["desk"];
        (desk.Build.Image, desk.Build.Pulled, desk.Port, desk.Public).Should().Be(("parcels/desk", false, 3000, true));
        desk.Ready.Should().Be(new ReadySpec("/up", TimeSpan.FromSeconds(5)) { Checked = true });
        desk.DependsOn.Should().Equal("board");
        Filled().Doors.Should().Equal(new DoorSpec("default", "desk", 3000, 5000));
        Filled().Environments["staging"].Port.Should().Be(5000, "it is what the file publishes");
        var board = services["board"];
        (board.Build.Image, board.Build.Pulled, board.Port).Should().Be(("board:1", true, 3001));
        board.Ready.Should().Be(new ReadySpec(null, TimeSpan.FromSeconds(3)));
        services["sorter"].Port.Should().Be(0, "it listens nowhere");
        services.Values.Where(service => service.Worker).Select(service => service.Name).Should().Equal("sorter");
    }

    [Fact]
    public void A_door_without_a_port_has_the_published_one_and_leads_to_its_inner_side()
    {
        var manifest = Fill(Manifest.Replace("services:\n  desk: { public: true, health: /up, steady: 5s }",
            "doors: { in: { service: desk }, out: { service: board, port: 81 }, below: { service: board, path: /b } }",
            StringComparison.Ordinal));
        manifest.Problems.Should().BeEmpty();
        manifest.Manifest.Doors.Should().Equal(new DoorSpec("in", "desk", 3000, 5000), new DoorSpec("out", "board", 3001, 81),
            new DoorSpec("below", "board", 3001, null, null, "/b"));
        Fill(Manifest.Replace("compose: compose.yml", "compose: compose.yml\ndoors: { in: { service: sort } }", StringComparison.Ordinal))
            .Problems.Select(problem => problem.ToString()).Should().Contain(problem =>
                problem.StartsWith("chainbridge.yml:3:25: doors.in names 'sort', which the compose file does not have"))
            .And.Contain(problem => problem.Contains("desk is public beside doors"));
    }

    [Fact]
    public void A_job_has_an_image_of_its_own_unless_it_is_built_as_a_service_is()
    {
        var jobs = Filled().Jobs;
        jobs.Keys.Should().Equal("table");
        (jobs["table"].Build.Image, jobs["table"].Build.Pulled).Should().Be(("postgres:15", true));
    }

    [Fact]
    public void An_accessory_is_known_by_its_image() =>
        Filled().Accessories.Values.Select(accessory => (accessory.Name, accessory.Kind)).Should().Equal(
            ("broker", AccessoryKind.Redis), ("ledger", AccessoryKind.Postgres), ("store", AccessoryKind.Other));

    [Fact]
    public void The_file_of_an_environment_takes_the_place_of_the_one_at_the_root()
    {
        var manifest = Read(Manifest.Replace("target: compose", "target: compose, composeFile: other.yml", StringComparison.Ordinal))
            .Manifest!;
        manifest.Environments["staging"].ComposeFile.Should().Be(Path.Combine(_files.Root, "other.yml"));
        Read(Manifest).Manifest!.Environments["staging"].ComposeFile.Should().Be(Path.Combine(_files.Root, "compose.yml"));
    }

    [Fact]
    public void The_fixed_port_of_the_public_service_is_the_doors_and_any_other_is_refused()
    {
        Check(Compose).Should().BeEmpty();
        Check(Compose.Replace("board:1\",", "board:1\", ports: [\"80:80\"],", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:9:38: board publishes a fixed port");
    }

    [Fact]
    public void The_published_port_of_an_accessory_is_left_out_and_reported()
    {
        _files.Write("compose.yml", Compose);
        _files.Shown(new TeamComposeFile(Filled(), Path.Combine(_files.Root, "compose.yml"), _ => null).Check().Warnings)
            .Should().Contain(warning => warning.StartsWith("compose.yml:14:38: the ports of the accessory broker are not published"));
    }

    [Theory]
    [InlineData("[broker, ledger, store]", "[broker, leger, store]",
        "chainbridge.yml:3:23: accessories names 'leger', which the compose file does not have (did you mean 'ledger'?)")]
    [InlineData("[sorter]", "[sortr]", "chainbridge.yml:4:11: workers names 'sortr', which the compose file does not have")]
    [InlineData("[report]", "[nightly]", "chainbridge.yml:5:8: jobs names 'nightly', which the compose file does not have")]
    [InlineData("  desk: {", "  board: { steady: 1s }\n  bord: {}\n  desk: {",
        "chainbridge.yml:8:9: services names 'bord', which the compose file does not have")]
    [InlineData("[sorter]", "[sorter, desk]", "chainbridge.yml:4:19: the worker 'desk' is behind a door")]
    [InlineData("[sorter]", "[broker]", "chainbridge.yml:4:11: 'broker' is under workers and among the accessories")]
    [InlineData("[sorter]", "[table]", "chainbridge.yml:4:11: workers names 'table', which no slot starts: it runs once per release")]
    [InlineData("[sorter]", "[debug]", "chainbridge.yml:4:11: workers names 'debug', which no slot starts: it has profiles")]
    [InlineData("public: true, ", "", "chainbridge.yml:2:10: there is no door and no service is public")]
    [InlineData("[broker, ledger, store]", "[broker, ledger, store, sorter]",
        "chainbridge.yml:3:38: the accessory 'sorter' has a build in the compose file")]
    public void A_name_that_does_not_fit_the_compose_file_is_refused_with_its_place(string what, string otherwise, string problem) =>
        Fill(Manifest.Replace(what, otherwise, StringComparison.Ordinal)).Problems.Select(found => found.ToString())
            .Should().Contain(found => found.StartsWith(problem));

    [Fact]
    public void A_service_that_waits_for_one_with_profiles_is_refused() =>
        Check(Compose.Replace("board: { condition: service_started }", "debug: { condition: service_started }", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:7:59: desk waits for debug");

    [Theory]
    [InlineData("accessories: [broker, ledger, store]", "accessories: { broker: { kind: redis } }", "expected a list of texts")]
    [InlineData("steady: 5s", "steady: soon", "expected a duration")]
    [InlineData("health: /up", "health: up", "does not begin with '/'")]
    [InlineData("health: /up", "image: desk", "unknown key 'image' in services.desk")]
    [InlineData("compose: compose.yml", "x: y", "unknown key")]
    public void The_mistakes_of_the_manifest_itself_are_named_without_the_compose_file(string what, string otherwise, string problem) =>
        Read(Manifest.Replace(what, otherwise, StringComparison.Ordinal)).Problems.Select(found => found.ToString())
            .Should().Contain(found => found.Contains(problem));

    [Fact]
    public void A_compose_target_without_a_compose_file_is_refused_with_the_place_of_the_environment() =>
        ManifestReader.Parse("""
            project: shop
            services: { api: { image: a, public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: compose } }
            """, "chainbridge.yml", "/x/chainbridge.yml", _ => null).Problems.Should().ContainSingle().Which.ToString()
            .Should().StartWith("chainbridge.yml:4:26: environments.staging has the target compose but no composeFile")
            .And.Contain("compose: docker-compose.yml at the root");

    [Fact]
    public void An_accessory_that_waits_for_a_service_of_a_slot_is_refused() =>
        Check(Compose.Replace("store: { image: minio }", "store: { image: minio, depends_on: [board] }", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:16:39: the accessory store waits for board, which is none");

    [Fact]
    public void A_service_that_waits_for_a_worker_is_refused() =>
        Check(Compose.Replace("board: { condition: service_started }", "sorter: { condition: service_started }", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:7:59: desk waits for the worker sorter, which begins only");

    private DeploymentManifest Filled() => Fill(Manifest).Manifest;

    private (DeploymentManifest Manifest, IReadOnlyList<ManifestProblem> Problems) Fill(string manifest)
    {
        _files.Write("compose.yml", Compose);
        var reading = Read(manifest);
        reading.Problems.Should().BeEmpty();
        return new TeamComposeFile(reading.Manifest!, Path.Combine(_files.Root, "compose.yml"), _ => null).Services(resolved: null);
    }

    private IReadOnlyList<string> Check(string compose)
    {
        _files.Write("compose.yml", compose);
        var (file, manifest) = (Path.Combine(_files.Root, "compose.yml"), Read(Manifest).Manifest!);
        var filled = new TeamComposeFile(manifest, file, _ => null).Services(resolved: null).Manifest;
        return _files.Shown(new TeamComposeFile(filled, file, _ => null).Check().Problems);
    }

    private ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", Path.Combine(_files.Root, "chainbridge.yml"), _ => null);
}
