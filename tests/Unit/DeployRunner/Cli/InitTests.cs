using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>A first manifest from a compose file: what it guesses, what it leaves out, and that it is right.</summary>
public sealed class InitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("init-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    private string Manifest => Path.Combine(_folder.FullName, "chainbridge.yml");

    private string Second => Path.Combine(_folder.FullName, "docker-compose.deploy.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(ComposeShapes.Voting)]
    [InlineData(ComposeShapes.Django)]
    [InlineData(ComposeShapes.Node)]
    public async Task A_manifest_of_init_is_one_that_validate_accepts(string compose)
    {
        Write(compose);
        (await RunAsync("init")).Should().Be(ExitCode.Done, _errors.ToString());
        (await File.ReadAllLinesAsync(Manifest, TestContext.Current.CancellationToken))[0].Should()
            .StartWith("# yaml-language-server: $schema=https://").And.EndWith("chainbridge.schema.json");
        (await RunAsync("validate")).Should().Be(ExitCode.Done, $"{_errors}\n{await TextAsync(Manifest)}");
    }

    [Fact]
    public async Task The_pages_of_a_voting_app_are_doors_and_what_is_for_development_is_left_out()
    {
        Write(ComposeShapes.Voting);
        await RunAsync("init");
        (await TextAsync(Manifest)).Should().Contain("compose: docker-compose.deploy.yml").And.Contain("accessories: [redis, db]")
            .And.Contain("workers: [counter]").And.Contain("  ballot: { service: ballot, to: 80, port: 8080 }")
            .And.Contain("  tally: { service: tally, to: 80, port: 8081 }").And.Contain("- { door: tally, path: / }");
        var second = await TextAsync(Second);
        second.Should().Contain("    extends: { file: docker-compose.yml, service: ballot }").And.Contain("    volumes: !override []")
            .And.Contain("    build: { target: !reset null }").And.Contain("    ports: !override [\"80\"]").And.NotContain("seed");
        _output.ToString().Should().Contain("left out: seed (it has the profile seed")
            .And.Contain("left out of ballot: the mount of ./ballot at /usr/local/app")
            .And.Contain("left out of ballot: the build target dev").And.Contain("left out of tally: the port 9229 of a debugger")
            .And.Contain("counter: a worker (it waits for redis")
            .And.Contain("db: an accessory, shared by releases (its image is postgres:15-alpine)");
    }

    [Fact]
    public async Task The_migration_of_a_Django_site_runs_once_and_its_workers_are_named()
    {
        Write(ComposeShapes.Django);
        await RunAsync("init");
        (await TextAsync(Manifest)).Should().Contain("accessories: [db, rabbit]").And.Contain("workers: [worker, beat]")
            .And.Contain("  web: { service: web, to: 8000, port: 8000 }").And.NotContain("jobs:");
        var second = await TextAsync(Second);
        second.Should().Contain("container_name: !reset null").And.Contain("volumes: !override [\"static:/static\"]")
            .And.NotContain("  mailhog:").And.Contain("  static: {}");
        _output.ToString().Should().Contain("migrate: runs once per release (others wait for its end)")
            .And.Contain("left out: mailhog (mailhog is a tool").And.Contain("left out of web: waiting for mailhog")
            .And.Contain("left out of web: the port 5678 of a debugger");
    }

    [Fact]
    public async Task A_file_that_can_be_deployed_as_it_is_gets_no_second_one()
    {
        Write(ComposeShapes.Node);
        await RunAsync("init");
        (await TextAsync(Manifest)).Should().Contain("compose: docker-compose.yml").And.Contain("accessories: [mongo]")
            .And.Contain("  client: { service: client, to: 80, port: 3000 }").And.NotContain("workers");
        File.Exists(Second).Should().BeFalse();
        _output.ToString().Should().Contain("api: in each release (only other services ask it)")
            .And.NotContain(".dockerignore", "no image is built of the folder with the manifest");
    }

    [Theory]
    [InlineData("{ context: . }", null, ".dockerignore")]
    [InlineData(".", "node_modules\n", ".dockerignore")]
    [InlineData(".", "**/.chainbridge\n", null)]
    [InlineData(".", ".chainbridge/\n", null)]
    [InlineData("./app", null, null)]
    [InlineData("https://example.com/app.git", null, null)]
    public async Task Init_names_the_dockerignore_that_keeps_secrets_out_of_an_image(string context, string? ignored, string? named)
    {
        Write($"services: {{ web: {{ build: {context}, ports: ['8000:8000'] }} }}");
        if (ignored is not null) File.WriteAllText(Path.Combine(_folder.FullName, ".dockerignore"), ignored);
        await RunAsync("init");
        if (named is null) _output.ToString().Should().NotContain(".dockerignore");
        else _output.ToString().Should().Contain($"add **/.chainbridge to {named}: the runner keeps journal and secrets there");
    }

    [Theory]
    [InlineData(ComposeShapes.Node, "chainbridge.yml")]
    [InlineData(ComposeShapes.Voting, "docker-compose.deploy.yml")]
    public async Task The_next_steps_of_init_commit_what_it_wrote(string compose, string last)
    {
        Write(compose);
        await RunAsync("init");
        _output.ToString().Should().MatchRegex(
            $"next: read it, then deployrunner validate; git add .*{last} and git commit .*; then deployrunner deploy\n$");
    }

    [Theory]
    [InlineData("chainbridge.yml")]
    [InlineData("docker-compose.deploy.yml")]
    public async Task Init_overwrites_nothing_without_force(string name)
    {
        Write(ComposeShapes.Voting);
        var mine = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);
        (await RunAsync("init")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain($"{name} is there already, and nothing was written").And.Contain("--force");
        (await TextAsync(mine)).Should().Be("mine");
        _folder.GetFiles("*.yml").Should().HaveCount(2, "nothing was written beside it");
        (await RunAsync("init", "--force")).Should().Be(ExitCode.Done);
        (await TextAsync(mine)).Should().NotBe("mine");
    }

    [Fact]
    public async Task A_folder_without_a_compose_file_is_refused_with_the_names_that_were_looked_for()
    {
        (await RunAsync("init")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("looked for compose.yaml, compose.yml, docker-compose.yaml, docker-compose.yml")
            .And.Contain("next: name it: deployrunner init --compose FILE");
    }

    [Fact]
    public async Task A_compose_file_that_is_no_YAML_is_shown_with_its_place()
    {
        Write("services:\n  web: [\n");
        (await RunAsync("init")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("docker-compose.yml:3:").And.Contain("this is not YAML");
    }

    [Fact]
    public async Task A_compose_file_of_servers_only_has_nothing_to_deploy()
    {
        Write("services:\n  db: { image: postgres }\n");
        (await RunAsync("init")).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("no service of it could be a release's");
    }

    private void Write(string compose)
    {
        foreach (var folder in new[] { "ballot", "tally", "counter", "seed", "api", "client" }) _folder.CreateSubdirectory(folder);
        File.WriteAllText(Path.Combine(_folder.FullName, ".env"), "DEBUG=0\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "docker-compose.yml"), compose);
    }

    private static Task<string> TextAsync(string file) => File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        EntryPoint.RunAsync(["--manifest", Manifest, .. arguments],
            new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
                (_, _, _, _, _, _) => new FakeTarget(), (_, _) => Task.FromResult(true),
                (_, _, _) => Task.FromResult(new ComposeAnswer(null, null, "there is none in this test"))),
            TestContext.Current.CancellationToken);
}
