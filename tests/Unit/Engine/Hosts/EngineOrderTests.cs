using System.Collections.Concurrent;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

/// <summary>Orders to an engine over its socket. That a real engine does what the program has it do: tests/Deployment.</summary>
public sealed class EngineOrderTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engine-").FullName;
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly TaskCompletionSource _both = new();
    private readonly List<string> _run = [];
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private WebApplication _engine = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "engine.sock");

    public static TheoryData<string, string, string> Orders => new()
    {
        { "start a", "POST /containers/a/start", "a\n" },
        { "stop --time 30 a", "POST /containers/a/stop?t=30", "a\n" },
        { "rm --force --volumes a", "DELETE /containers/a?force=true&v=true", "a\n" },
        { "network rm net", "DELETE /networks/net", "net\n" },
        { "network disconnect --force net a", """POST /networks/net/disconnect {"Container":"a","Force":true}""", "" },
        {
            "network connect --alias x --alias y net a", "POST /networks/net/connect "
                + """{"Container":"a","EndpointConfig":{"IPAMConfig":{},"Aliases":["x","y"],"DriverOpts":{}}}""", ""
        },
        {
            "network create --label k=v=w --label bare net", "POST /networks/create "
                + """{"Name":"net","CheckDuplicate":true,"Driver":"bridge","Labels":{"k":"v=w","bare":""},"""
                + """ "IPAM":{"Driver":"default","Options":{},"Config":[]},"Options":{}}""".TrimStart(), "new\n"
        },
        { "tag sha256:1 shop/api:v1", "POST /images/sha256%3A1/tag?repo=shop%2Fapi&tag=v1", "" },
        { "tag a here:5000/b", "POST /images/a/tag?repo=here%3A5000%2Fb&tag=latest", "" },
        { "image rm shop/api:v1", "DELETE /images/shop/api%3Av1", "Untagged: shop/api:v1\nDeleted: sha256:1\n" },
    };

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Path));
        _engine = builder.Build();
        _engine.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            _asked.Enqueue($"{context.Request.Method} {target} {await reader.ReadToEndAsync(Stop)}".TrimEnd());
            await _answer(context);
        });
        await _engine.StartAsync(Stop);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_order_is_what_the_engine_knows_it_as_and_answers_as_the_program_does(string order, string asked, string printed)
    {
        _answer = context => context.Response.WriteAsync(order.StartsWith("image", StringComparison.Ordinal)
            ? """[{"Untagged":"shop/api:v1"},{"Deleted":"sha256:1"}]""" : """{"Id":"new","Warning":""}""", Stop);
        var answer = await GiveAsync(Command.Of("docker", order.Split(' ')));
        _asked.Should().Equal(asked);
        (answer.ExitCode, answer.Output, answer.Errors).Should().Be((0, printed, ""));
        _run.Should().BeEmpty();
    }

    [Fact]
    public async Task Containers_are_stopped_at_once()
    {
        _answer = async _ =>
        {
            if (_asked.Count == 2) _both.TrySetResult();
            await _both.Task;
        };
        (await GiveAsync(DockerCommands.Stop(["a", "b"], TimeSpan.FromSeconds(5)))).Output.Should().Be("a\nb\n");
    }

    [Fact]
    public async Task Images_are_removed_one_after_the_other_and_the_rest_after_one_that_fails()
    {
        var open = 0;
        _answer = async context =>
        {
            Interlocked.Increment(ref open).Should().Be(1);
            if (_asked.Count == 1) await FailAsync(context, 409, "conflict: it is used");
            else await context.Response.WriteAsync("""[{"Untagged":"b"}]""", Stop);
            Interlocked.Decrement(ref open);
        };
        var answer = await GiveAsync(DockerCommands.RemoveImages(["a", "b"]));
        (answer.ExitCode, answer.Output, answer.Errors)
            .Should().Be((1, "Untagged: b\n", "Error response from daemon: conflict: it is used"));
    }

    [Theory]
    [InlineData("rm --force --volumes a", 404, 0)]
    [InlineData("rm --force --volumes a", 409, 1)]
    [InlineData("stop --time 1 a", 404, 1)]
    [InlineData("stop --time 1 a", 304, 0)]
    [InlineData("start a", 500, 1)]
    public async Task An_order_that_the_engine_refuses_fails_with_its_words_unless_there_is_nothing_to_do(
        string order, int status, int code)
    {
        _answer = context => status == 304 ? Refused(context) : FailAsync(context, status, "no, no");
        var answer = await GiveAsync(Command.Of("docker", order.Split(' ')));
        answer.ExitCode.Should().Be(code);
        if (status != 304) answer.Errors.Should().Be("Error response from daemon: no, no");
        _run.Should().BeEmpty();

        static Task Refused(HttpContext context)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task An_order_without_an_answer_fails_and_is_given_once()
    {
        var socket = Socket(Path);
        (await socket.RunAsync(DockerCommands.Start("a"), null, Stop)).Succeeded.Should().BeTrue();
        // Over the connection of before, on which a client may send a request again.
        _answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        foreach (var order in new[] { DockerCommands.Start("b"), DockerCommands.Remove(["b"]), DockerCommands.RemoveNetwork("b") })
        {
            _asked.Clear();
            var answer = await socket.RunAsync(order, null, Stop);
            (answer.ExitCode, _asked.Count).Should().Be((1, 1));
            answer.Errors.Should().StartWith("the engine gave no answer to ");
        }

        _run.Should().BeEmpty("the engine may have done it");
    }

    [Fact]
    public async Task An_order_for_which_there_is_no_connection_is_left_to_the_program()
    {
        (await Socket($"{Path}-gone").RunAsync(DockerCommands.Start("a"), null, Stop)).Output.Should().Be("program");
        _run.Should().Equal("docker start a");
    }

    [Fact]
    public async Task An_order_has_the_time_that_the_command_has()
    {
        _answer = context => _both.Task.WaitAsync(context.RequestAborted);
        var answer = await GiveAsync(DockerCommands.Start("a") with { Timeout = TimeSpan.FromMilliseconds(100) });
        (answer.ExitCode, answer.Errors).Should().Be((CommandResult.TimedOut, "the engine did not answer within 0 s"));
    }

    public async ValueTask DisposeAsync()
    {
        _both.TrySetResult();
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message }, Stop);
    }

    private Task<CommandResult> GiveAsync(Command command) => Socket(Path).RunAsync(command, null, Stop);

    private EngineSocket Socket(string path) => new(new Programs(_run), path, TimeProvider.System);

    private sealed class Programs(List<string> run) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken)
        {
            run.Add(command.ToString());
            return Task.FromResult(new CommandResult(command, 0, "program", ""));
        }
    }
}
