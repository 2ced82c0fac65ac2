using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms.Process;
using ChainBridge.Engine.Secrets;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>A compose file on the process target, where no Compose sets settings and no network resolves names.</summary>
public sealed class ComposeOnProcessesTests : IDisposable
{
    private const string Compose = """
        services:
          desk:
            build: { context: ./desk }
            environment:
              BROKER: "broker:6379"
              BOARD_URL: "http://board:3001/x?a=b"
              LEDGER: "Host=ledger;Username=ledger;Database=ledger"
          board:
            build: board
            env_file: board.env
            environment: [DB_HOST=ledger, "DATABASE_URL=postgres://ledger:pw@ledger/ledger", MODE=broker, FROM_HERE]
          broker: { image: "redis:7" }
          ledger:
            image: "postgres:15"
            environment: { POSTGRES_USER: ledger, POSTGRES_PASSWORD: "${PASSWORD:-pw}", POSTGRES_DB: ledger }
        """;

    private const string Manifest = """
        project: parcels
        compose: compose.yml
        accessories: [broker, ledger]
        doors: { desk: { service: desk } }
        services:
          desk: { run: [python3, desk.py] }
          board: { run: [node, board.js] }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: process, port: 5000 } }
        """;

    private readonly TeamFiles _files = new("unused");

    public ComposeOnProcessesTests()
    {
        _files.Write("board.env", "GREETING='hello ${PASSWORD:-pw}'\nMODE=file\n");
        _files.Variables["FROM_HERE"] = "yes";
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Names_of_services_become_references_where_an_address_stands_and_only_there()
    {
        var services = Fill(Compose).Manifest.Services;
        services["desk"].Environment.Should().Equal(new Dictionary<string, string>
        {
            ["BROKER"] = "${{ accessories.broker.host }}:6379",
            ["BOARD_URL"] = "http://${{ services.board.address }}/x?a=b",
            ["LEDGER"] = "Host=${{ accessories.ledger.host }};Username=ledger;Database=ledger",
        });
        services["board"].Environment.Should().Equal(new Dictionary<string, string>
        {
            ["GREETING"] = "hello pw", ["MODE"] = "broker", ["DB_HOST"] = "${{ accessories.ledger.host }}",
            ["DATABASE_URL"] = "postgres://ledger:pw@${{ accessories.ledger.host }}/ledger", ["FROM_HERE"] = "yes",
        });
    }

    [Fact]
    public void A_service_starts_after_the_ones_whose_address_it_has()
    {
        var services = Fill(Compose).Manifest.Services;
        services["desk"].DependsOn.Should().Equal("board");
        services["board"].DependsOn.Should().BeEmpty();
    }

    [Fact]
    public void The_source_of_a_service_is_the_context_of_its_build() =>
        Fill(Compose).Manifest.Services.Values.Select(service => service.Build.Context).Should().Equal("desk", "board");

    [Fact]
    public void Accessories_have_the_user_and_the_password_of_the_file() =>
        Fill(Compose).Manifest.Accessories["ledger"].Settings.Should().Contain("POSTGRES_PASSWORD", "pw")
            .And.Contain("POSTGRES_USER", "ledger");

    [Theory]
    [InlineData("broker:6379", "broker:6380", "compose.yml:5:15: desk asks broker at port 6380, and the process target's answers at 6379")]
    [InlineData("MODE=broker", "DESK_HOST=desk", "board names desk in DESK_HOST without its port")]
    [InlineData("MODE=broker", "DESK=http://desk:5000", "board ask for each other's address")]
    [InlineData("image: \"redis:7\"", "image: \"rabbitmq:3\"", "cannot start the accessory broker (rabbitmq:3)")]
    [InlineData("image: \"redis:7\"", "image: \"postgres:15\", environment: { POSTGRES_PASSWORD: x }", "ledger is a second Postgres")]
    [InlineData("image: \"redis:7\"", "image: \"redis:7\", command: redis-server --requirepass x", "the accessory broker has a command")]
    [InlineData("POSTGRES_PASSWORD: \"${PASSWORD:-pw}\", ", "", "the accessory ledger has no POSTGRES_PASSWORD")]
    [InlineData("build: board", "build: board\n    healthcheck: { test: [CMD, \"true\"] }", "the health check of board is a command")]
    [InlineData("build: board", "build: board\n    volumes: [\"./data:/data\"]", "board has volumes, and a process sees")]
    [InlineData("build: board", "build: board\n    secrets: [key]", "board has secrets, and a process sees")]
    [InlineData("services:",
        "services:\n  once: { image: x }\n  late: { image: y, depends_on: { once: { condition: service_completed_successfully } } }",
        "once runs once per release, and the process target runs no jobs")]
    public void A_key_that_processes_cannot_have_is_refused_with_its_place(string written, string instead, string problem) =>
        Fill(Compose.Replace(written, instead, StringComparison.Ordinal)).Problems.Should().Contain(shown => shown.Contains(problem))
            .And.AllSatisfy(shown => shown.Should().MatchRegex("^compose.yml:[0-9]+:[0-9]+: "));

    [Fact]
    public void A_service_without_a_command_and_without_a_project_is_refused() =>
        Fill(Compose, Manifest.Replace("  board: { run: [node, board.js] }\n", "", StringComparison.Ordinal)).Problems
            .Should().ContainSingle().Which.Should().StartWith("compose.yml:9:").And.Contain("board has neither projectFile nor run");

    [Fact]
    public async Task A_password_that_only_the_files_hold_is_hidden_in_what_is_printed()
    {
        _files.Write(".env", "PASSWORD=not-in-the-environment\n");
        var (manifest, _) = Fill(Compose);
        var redactor = new Redactor([]);
        await using var platform = new ProcessPlatform(manifest, manifest.Environments["staging"],
            new LocalHost(new LocalExecutor(TimeProvider.System)), redactor, TimeProvider.System);
        redactor.Hide("it wrote not-in-the-environment").Should().Be("it wrote ***");
    }

    private (DeploymentManifest Manifest, IReadOnlyList<string> Problems) Fill(string compose, string manifest = Manifest)
    {
        _files.Write("compose.yml", compose);
        var reading = ManifestReader.Parse(manifest, "chainbridge.yml", Path.Combine(_files.Root, "chainbridge.yml"), _ => null);
        reading.Problems.Should().BeEmpty();
        var (filled, problems) = new TeamComposeFile(reading.Manifest!, Path.Combine(_files.Root, "compose.yml"),
            _files.Variables.GetValueOrDefault).ServicesAsProcesses();
        return (filled, _files.Shown(problems));
    }
}
