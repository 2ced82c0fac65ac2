using System.Text.Json.Nodes;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Engine.Secrets;
using ChainBridge.Tests.Unit.Engine.Manifest;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>What Compose builds and the engine has of a stack that is described by a compose file only.</summary>
public sealed class ProjectBuildTests : IDisposable
{
    private const string Resolved = """
        {"services":{
          "desk":{"image":"theirs","build":{"context":"/src/desk","dockerfile":"Dockerfile","target":"slim","tags":["theirs:1"],
            "args":{"A":"b"},"additional_contexts":{"shared":"/src/shared"},"labels":{"team":"red"}},"environment":{"KEY":"secret"}},
          "board":{"image":"board:1"},
          "broker":{"image":"redis:7","command":["redis-server","--save","60"],"ports":[{"target":6379,"published":"6379"}],
            "environment":{"PASSWORD":"5$$ecret","LEVEL":"quiet"},"healthcheck":{"test":["CMD","redis-cli","ping"]},
            "volumes":[{"type":"volume","source":"broker","target":"/data"}],"container_name":"redis"},
          "ledger":{"image":"postgres:15","restart":"always","depends_on":{"broker":{"condition":"service_healthy"}}}},
         "volumes":{"broker":{"name":"n_broker"},"stray":{}}}
        """;

    private readonly TeamFiles _files = new TeamFiles("unused").Write("compose.yml", "services: {}");
    private readonly Engine _engine = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Compose_builds_every_key_of_a_build_and_only_names_labels_and_the_version_are_the_runners()
    {
        var made = await BuildAsync();
        var desk = JsonNode.Parse(_engine.BuildFile!)!["services"]!["desk"]!;
        desk["image"]!.ToString().Should().Be("parcels/desk:v1");
        desk["environment"].Should().BeNull("what runs is no part of a build");
        var build = desk["build"]!;
        (build["target"]!.ToString(), build["additional_contexts"]!["shared"]!.ToString()).Should().Be(("slim", "/src/shared"));
        build["args"]!.ToJsonString().Should().Be("""{"A":"b","VERSION":"v1","COMMIT":"c1"}""");
        build["tags"]!.ToJsonString().Should().Be("""["parcels/desk:staging-latest"]""");
        build["labels"]!["team"]!.ToString().Should().Be("red");
        _engine.Ran.Should().Contain(command => command.EndsWith("--progress plain build desk", StringComparison.Ordinal));
        made["desk"].Should().Be(new Artifact("sha256:parcels/desk:v1", "parcels/desk:v1", 7));
        Directory.EnumerateFiles(State, "build.yml", SearchOption.AllDirectories).Should().BeEmpty("its arguments may be secrets");
    }

    [Fact]
    public async Task An_image_that_is_not_built_is_pulled_once_and_kept_by_id()
    {
        _engine.Missing.Add("board:1");
        (await BuildAsync())["board"].Should().Be(new Artifact("sha256:board:1", "board:1", 7));
        _engine.Ran.Count(command => command == "docker pull --quiet board:1").Should().Be(1);
    }

    [Fact]
    public async Task Accessories_run_as_the_file_defines_them_but_for_what_belongs_to_the_developers_machine()
    {
        var (manifest, staging, team, names) = Parts();
        var variables = new Dictionary<string, string>();
        var parts = await new AccessoryFile(manifest, names, team, new Redactor([]))
            .PartsAsync(variables, TestContext.Current.CancellationToken);
        var broker = (Dictionary<string, object?>)parts.Services["broker"];
        broker.Keys.Should().BeEquivalentTo("image", "command", "environment", "healthcheck", "volumes", "networks", "restart", "labels");
        broker["restart"].Should().Be("unless-stopped");
        var settings = (Dictionary<string, string?>)broker["environment"]!;
        settings["LEVEL"].Should().Be("quiet");
        variables[settings["PASSWORD"]!.Trim('$', '{', '}')].Should().Be("5$ecret", "a secret stands in no file");
        var ledger = (Dictionary<string, object?>)parts.Services["ledger"];
        ledger["restart"].Should().Be("always");
        ledger["depends_on"].Should().BeOfType<Dictionary<string, object?>>().Which.Keys.Should().Equal("broker");
        parts.Volumes.Keys.Should().Equal("broker");
        parts.Volumes["broker"].Should().BeOfType<Dictionary<string, object?>>().Which["name"]
            .Should().Be(names.Volume("broker").Replace(names.Environment + "_broker", "n_broker", StringComparison.Ordinal));
    }

    private string State => Path.Combine(_files.Root, "state");

    private Task<IReadOnlyDictionary<string, Artifact>> BuildAsync()
    {
        var (manifest, staging, team, names) = Parts();
        var host = new LocalHost(_engine);
        var engine = new DockerEngine(host);
        var images = new BuiltImages(names, engine);
        var parts = new BuildParts(host, engine, images, images, new Redactor([]), null, TimeProvider.System);
        return new ProjectBuild(manifest, staging, names, parts, team, new ImagePull(host, engine, engine))
            .MakeAsync(new BuildRequest("v1", "c1", Clean: true, Force: false, []), BuildxOptions.Plain, null, new Silent(),
                TestContext.Current.CancellationToken);
    }

    private (DeploymentManifest Manifest, EnvironmentSpec Staging, TeamProject Team, ComposeNames Names) Parts()
    {
        var read = ManifestReader.Parse("""
            project: parcels
            compose: compose.yml
            accessories: [broker, ledger]
            services: { desk: { public: true } }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: compose, stateDirectory: state } }
            """, "chainbridge.yml", Path.Combine(_files.Root, "chainbridge.yml"), _ => null).Manifest!;
        var manifest = new TeamComposeFile(read, Path.Combine(_files.Root, "compose.yml"), _ => null).Services(Resolved).Manifest;
        var (staging, host) = (manifest.Environments["staging"], new LocalHost(_engine));
        var names = new ComposeNames(manifest, staging);
        var engine = new DockerEngine(host);
        return (manifest, staging,
            new TeamProject(manifest, staging, names, host, engine, new ImageTransport(host, engine, engine), new Redactor([])), names);
    }

    /// <summary>Has every image but what is missing, once it is asked to build or pull it.</summary>
    private sealed class Engine : IExecutor
    {
        public HashSet<string> Missing { get; } = ["parcels/desk:v1"];

        public List<string> Ran { get; } = [];

        public string? BuildFile { get; private set; }

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            Ran.Add(command.ToString());
            if (command.Arguments.Contains("config")) return Answer(Resolved);
            if (command.Arguments[0] == "version") return Answer("linux/amd64");
            if (command.Arguments is ["image", "inspect", var image])
                return Missing.Contains(image)
                    ? Task.FromResult(new CommandResult(command, 1, "", "no such image"))
                    : Answer($$$"""[{"Id":"sha256:{{{image}}}","Size":7,"Config":{}}]""");
            if (command.Arguments.Contains("build"))
            {
                BuildFile = File.ReadAllText(command.Arguments[command.Arguments.ToList().IndexOf("--file") + 1]);
                Missing.Remove("parcels/desk:v1");
            }

            if (command.Arguments[0] == "pull") Missing.Remove(command.Arguments[^1]);
            return Answer("");

            Task<CommandResult> Answer(string output) => Task.FromResult(new CommandResult(command, 0, output, ""));
        }
    }

    private sealed class Silent : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
        }
    }
}
