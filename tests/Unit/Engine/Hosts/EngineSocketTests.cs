using System.Text.Json;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

/// <summary>Questions to an engine over its socket. That a real engine's answers are the program's: tests/Deployment.</summary>
public sealed class EngineSocketTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engine-").FullName;
    private readonly Programs _programs = new();
    private readonly TaskCompletionSource _stuck = new();
    private readonly TaskCompletionSource _both = new();
    private int _asked;
    private WebApplication _engine = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "engine.sock");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Path));
        _engine = builder.Build();
        _engine.MapGet("/containers/{id}/json", async (string id) =>
        {
            if (id.StartsWith("pair", StringComparison.Ordinal) && Interlocked.Increment(ref _asked) == 2) _both.SetResult();
            if (id.StartsWith("pair", StringComparison.Ordinal)) await _both.Task;
            return id == "gone"
                ? Results.Json(new { message = "No such container: gone" }, statusCode: 404)
                : Results.Text($"{{\"Id\":\"{id}\"}}", "application/json");
        });
        _engine.MapGet("/images/json", (HttpRequest asked) => Results.Text($$"""
            [{"Id":"sha256:a","RepoTags":["shop/api:v1","shop/api:{{asked.Query["filters"].Count}}"],"RepoDigests":["shop/api@sha256:1"]},
             {"Id":"sha256:b","RepoTags":["<none>:<none>"],"RepoDigests":["<none>@<none>"]},
             {"Id":"sha256:c","RepoTags":null,"RepoDigests":[]},
             {"Id":"sha256:d","RepoTags":[],"RepoDigests":["pulled@sha256:2","pulled@sha256:3"]}]
            """, "application/json"));
        _engine.MapGet("/networks/{name}", () => Results.Text(
            """{"Containers":{"2":{"Name":"web"},"1":{"Name":"api"}}}""", "application/json"));
        _engine.MapGet("/containers/json", (HttpRequest asked) =>
            Results.Text($"[{{\"Id\":{JsonSerializer.Serialize(asked.Query["filters"].ToString())}}}]", "application/json"));
        _engine.MapGet("/info", () => Results.Text("{\"DockerRootDir\":\"/srv/docker\",\"Containers\":1}", "application/json"));
        _engine.MapGet("/volumes", () => Results.Text("{\"Volumes\":null}", "application/json"));
        _engine.MapGet("/networks", () => Results.StatusCode(500));
        _engine.MapGet("/version", async (HttpContext asked) => await _stuck.Task.WaitAsync(asked.RequestAborted));
        await _engine.StartAsync(Stop);
    }

    [Fact]
    public async Task Containers_are_one_list_as_the_program_prints_them() =>
        (await AskAsync(DockerCommands.InspectContainers(["a", "b"]))).Output.Trim().Should().Be("""[{"Id":"a"},{"Id":"b"}]""");

    [Fact]
    public async Task Containers_of_one_question_are_asked_for_at_once() =>
        (await AskAsync(DockerCommands.InspectContainers(["pair1", "pair2"]))).Output.Should().Contain("pair1").And.Contain("pair2");

    [Fact]
    public async Task Images_have_a_line_for_each_name_and_one_where_they_have_none()
    {
        (await AskAsync(DockerCommands.ImageIds())).Output.Should()
            .Be("sha256:a\nsha256:a\nsha256:b\nsha256:c\nsha256:d\n");
        (await AskAsync(DockerCommands.ListImages("app=shop"))).Output.Should().Be("shop/api:v1 sha256:a\nshop/api:1 sha256:a\n"
            + "<none>:<none> sha256:b\n<none>:<none> sha256:c\npulled:<none> sha256:d\n");
    }

    [Fact]
    public async Task Members_of_a_network_are_one_line_in_the_order_of_their_ids() =>
        (await AskAsync(DockerCommands.InspectNetwork("shop"))).Output.Should().Be("api web \n");

    [Fact]
    public async Task The_folder_of_the_engine_is_asked_over_its_socket() =>
        (await AskAsync(DockerCommands.DataRoot())).Output.Should().Be("/srv/docker\n");

    [Fact]
    public async Task A_published_port_is_asked_for_as_the_engine_wants_it() =>
        (await AskAsync(DockerCommands.Publishing(8088))).Output.Should().Be("{\"publish\":[\"8088\"]}\n");

    [Fact]
    public async Task A_label_is_asked_for_as_the_engine_wants_it() =>
        (await AskAsync(DockerCommands.Containers("app=shop=1"))).Output.Should().Be("{\"label\":[\"app=shop=1\"]}\n");

    [Fact]
    public async Task No_volumes_are_no_lines() => (await AskAsync(DockerCommands.Volumes("a=1", "b=2"))).Should().Match<CommandResult>(
        answer => answer.Succeeded && answer.Output.Length == 0);

    [Fact]
    public async Task A_container_that_the_engine_does_not_have_fails_with_the_words_of_the_engine()
    {
        var answer = await AskAsync(DockerCommands.InspectContainers(["a", "gone"]));
        (answer.ExitCode, answer.Errors).Should().Be((1, "Error: No such container: gone"));
        _programs.Run.Should().BeEmpty();
    }

    [Fact]
    public async Task A_question_that_the_engine_cannot_answer_is_asked_of_the_program() =>
        (await AskAsync(DockerCommands.Networks("a=1"))).Output.Should().Be("program");

    [Fact]
    public async Task An_engine_that_does_not_answer_in_time_is_a_command_that_ran_out_of_time()
    {
        var answer = await AskAsync(DockerCommands.EngineVersion() with { Timeout = TimeSpan.FromMilliseconds(50) });
        answer.ExitCode.Should().Be(CommandResult.TimedOut);
        _programs.Run.Should().BeEmpty();
    }

    [Fact]
    public async Task A_question_that_is_cancelled_ends()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var asking = () => Socket(Path).RunAsync(DockerCommands.EngineVersion(), null, cancelled.Token);
        await asking.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_socket_that_refuses_leaves_the_error_to_the_program() =>
        (await Socket($"{Path}-gone").RunAsync(DockerCommands.EngineVersion(), null, Stop)).Output.Should().Be("program");

    [Fact]
    public async Task A_command_that_is_no_known_order_is_run()
    {
        Command[] commands =
        [
            DockerCommands.InspectContainers(["a"]) with { Asks = false }, DockerCommands.Start("a") with { Asks = true },
            DockerCommands.Push("shop/api:v1"), Command.Of("docker", "network", "create", "--internal", "yes", "a"),
            DockerCommands.Tag("a", "b") with { Variables = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = "/login" } },
        ];
        foreach (var command in commands) await AskAsync(command);
        _programs.Run.Should().Equal(commands.Select(command => $"{command}"));
    }

    [Theory]
    [InlineData(null, null, null, "/var/run/docker.sock")]
    [InlineData("unix:///run/user/1000/docker.sock", "lab", null, "/run/user/1000/docker.sock")]
    [InlineData("tcp://10.0.0.1:2376", null, null, null)]
    [InlineData("ssh://deploy@host", null, null, null)]
    [InlineData(null, "lab", null, null)]
    [InlineData(null, null, """{"currentContext":"lab"}""", null)]
    [InlineData(null, null, """{"auths":{}}""", "/var/run/docker.sock")]
    [InlineData(null, null, "{", null)]
    public void The_socket_is_the_one_that_the_program_would_use(string? host, string? context, string? config, string? expected)
    {
        if (config is not null) File.WriteAllText(System.IO.Path.Combine(_folder, "config.json"), config);
        EngineSocket.PathIn(name => name switch
        {
            "DOCKER_HOST" => host, "DOCKER_CONTEXT" => context, "DOCKER_CONFIG" => _folder, _ => null,
        }).Should().Be(expected);
    }

    public async ValueTask DisposeAsync()
    {
        _stuck.TrySetResult();
        _both.TrySetResult();
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private EngineSocket Socket(string path) => new(_programs, path, TimeProvider.System);

    private Task<CommandResult> AskAsync(Command command) => Socket(Path).RunAsync(command, null, Stop);

    private sealed class Programs : IExecutor
    {
        public List<string> Run { get; } = [];

        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            Run.Add(command.ToString());
            return Task.FromResult(new CommandResult(command, 0, "program", ""));
        }
    }
}
