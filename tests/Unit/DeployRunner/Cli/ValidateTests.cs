using ChainBridge.DeployRunner;
using ChainBridge.DeployRunner.Cli;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using ChainBridge.Tests.Unit.Engine.Manifest;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>Which verbs judge the team's compose file, and whose word counts.</summary>
public sealed class ValidateTests : IDisposable
{
    private const string Right = """{"services":{"api":{"image":"a"}}}""";
    private const string Wrong = """{"services":{"api":{"image":"a","container_name":"api"}}}""";
    private readonly TeamFiles _files = new TeamFiles("api").Write("compose.yml", "services:\n  api:\n    image: a\n");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Validate_passes_what_Compose_resolves_to_a_slot()
    {
        (await RunAsync("validate", new(Right, null, null))).Should().Be(ExitCode.Done, _errors.ToString());
        _output.ToString().Should().NotContain("could not be asked");
    }

    [Fact]
    public async Task Validate_refuses_what_only_the_answer_of_Compose_shows()
    {
        (await RunAsync("validate", new(Wrong, null, null))).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("compose.yml:3:5: api has a container_name");
    }

    [Fact]
    public async Task Validate_shows_why_Compose_refuses_a_file()
    {
        (await RunAsync("validate", new(null, "services.api.image must be a string", null))).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("compose.yml:3:5: Docker Compose refuses this: services.api.image must be a string");
    }

    [Fact]
    public async Task Validate_reports_when_Compose_could_not_be_asked_and_judges_by_what_is_written()
    {
        (await RunAsync("validate", new(null, null, "docker could not be started"))).Should().Be(ExitCode.Done);
        $"{_output}{_errors}".Should().Contain("Docker Compose could not be asked about").And.Contain("docker could not be started");
        _files.Write("compose.yml", "services:\n  api:\n    image: a\n    ports: [\"80:80\"]\n");
        (await RunAsync("validate", new(null, null, "docker could not be started"))).Should().Be(ExitCode.Usage);
        _errors.ToString().Should().Contain("compose.yml:4:13: api publishes a fixed port");
    }

    [Theory]
    [InlineData("deploy", ExitCode.Usage)]
    [InlineData("plan", ExitCode.Usage)]
    [InlineData("build", ExitCode.Usage)]
    [InlineData("rollback", ExitCode.NoSuchRelease)]
    [InlineData("versions", ExitCode.Done)]
    [InlineData("down", ExitCode.Done)]
    public async Task A_compose_file_that_is_broken_today_stops_only_verbs_that_make_a_release_of_it(string verb, ExitCode expected)
    {
        File.Delete(Path.Combine(_files.Root, "compose.yml"));
        (await RunAsync(verb, new(null, "no such file", null))).Should().Be(expected, _errors.ToString());
    }

    [Theory]
    [InlineData("Queue")]
    [InlineData("Shop")]
    public async Task A_sample_to_copy_is_right_and_warns_of_nothing(string sample)
    {
        var manifest = Path.Combine(Repository.Root, "samples", sample, "chainbridge.yml");
        (await RunAsync("validate", new(null, null, "there is none in this test"), manifest)).Should().Be(ExitCode.Done, $"{_errors}");
        _output.ToString().Should().Contain("is right").And.NotContain("stay down").And.NotContain("stays down");
    }

    private Task<ExitCode> RunAsync(string verb, ComposeAnswer answer, string? manifest = null) =>
        EntryPoint.RunAsync(["--manifest", manifest ?? Path.Combine(_files.Root, "chainbridge.yml"), verb],
            new Surroundings(_output, _errors, Terminal: false, new Dictionary<string, string>(), TimeProvider.System,
                (_, _, _, _, _, _) => new FakeTarget(), (_, _) => Task.FromResult(true), (_, _, _) => Task.FromResult(answer)),
            TestContext.Current.CancellationToken);
}
