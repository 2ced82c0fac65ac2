using System.Collections.Concurrent;
using ChainBridge.DeployRunner.Output;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>An engine that is slow is waited for; one that is absent is known at once.</summary>
public sealed class SlowEngineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Programs => Path.Combine(_folder.FullName, "bin");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_plugin_that_answers_and_then_takes_its_time_to_end_is_waited_for_with_a_line_in_the_log()
    {
        var (answer, log) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ConcurrentQueue<string>());
        var executor = new Scripted(async command =>
        {
            if (command.Arguments[0] == "buildx") await answer.Task;
            return new CommandResult(command, 0, "1.2.3\n", "");
        });
        var reaching = new DockerEngine(executor, log.Enqueue).EnsureReachableAsync(Stop);
        await Eventually.TrueAsync("the runner logs that the engine is slow", () => !log.IsEmpty, Stop);
        reaching.IsCompleted.Should().BeFalse();
        answer.SetResult();
        await reaching;
        log.Should().ContainSingle().Which.Should().Contain("docker buildx version").And.NotContain("compose");
    }

    [Fact]
    public async Task A_question_that_is_refused_is_no_slow_engine()
    {
        var log = new ConcurrentQueue<string>();
        var executor = new Scripted(command => Task.FromResult(new CommandResult(command, 1, "", "Cannot connect to the Docker daemon")));
        (await new DockerEngine(executor, log.Enqueue).AnswersAsync(Stop)).Should().BeFalse();
        var reaching = () => new DockerEngine(executor, log.Enqueue).EnsureReachableAsync(Stop);
        (await reaching.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Unreachable);
        log.Should().BeEmpty();
    }

    [Fact]
    public async Task An_engine_that_never_answers_is_an_error_and_not_an_absent_engine()
    {
        var executor = new Scripted(command =>
            Task.FromResult(new CommandResult(command, CommandResult.TimedOut, "", "it did not end within 180 s and was ended")));
        var asking = () => new DockerEngine(executor).AnswersAsync(Stop);
        (await asking.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Unreachable);
        DockerCommands.EngineVersion().Timeout.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_engine_that_is_restarted_under_a_change_is_waited_for_with_a_line_in_the_log()
    {
        var (asked, log) = (0, new ConcurrentQueue<string>());
        var executor = new Scripted(command => Task.FromResult(new CommandResult(command, ++asked < 3 ? 1 : 0, "1.2.3\n", "refused")));
        await new DockerEngine(executor, log.Enqueue).ReturnAsync(TimeProvider.System, Stop);
        asked.Should().Be(3);
        log.Should().ContainSingle().Which.Should().Contain("waiting up to 45 s for it to come back");
    }

    [Fact]
    public async Task An_engine_that_does_not_come_back_under_a_change_is_an_error_after_its_time()
    {
        var executor = new Scripted(command => Task.FromResult(new CommandResult(command, 1, "", "refused")));
        var waiting = () => new DockerEngine(executor).ReturnAsync(new Leaping(), Stop);
        (await waiting.Should().ThrowAsync<EngineException>()).Which.Should().Match<EngineException>(away =>
            away.Failure == Failure.Unreachable && away.Message.Contains("did not come back within 45 s"));
    }

    /// <summary>A minute goes by from one look to the next.</summary>
    private sealed class Leaping : TimeProvider
    {
        private long _minutes;

        public override long GetTimestamp() => _minutes++ * 60 * TimestampFrequency;
    }

    /// <summary>The planted program in front of a real one, and a host that the runner cannot ask over a socket instead.</summary>
    private Dictionary<string, string> Variables => new()
    {
        ["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}", ["DOCKER_HOST"] = "tcp://127.0.0.1:9",
    };

    [Fact]
    public async Task The_real_runner_waits_for_a_slow_engine_and_does_not_choose_the_process_target_instead()
    {
        await DockerAsync($"""
            [ "$1" != version ] || [ -e {_folder.FullName}/answered ] || read -r _ <{_folder.FullName}/go-on
            [ "$1" != version ] || touch {_folder.FullName}/answered
            echo "$@" >>{_folder.FullName}/asked
            [ "$1" = ps ] || echo 1.2.3
            """);
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder.FullName, "go-on"));
        await mkfifo.WaitForExitAsync(Stop);
        using var runner = RunnerProcess.Start(_folder.FullName, Variables, "status");
        await Eventually.TrueAsync("the runner logs that the engine is slow",
            () => runner.Output.Contains("the Docker engine is slow: 'docker version", StringComparison.Ordinal), Stop,
            () => runner.Output);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "go-on"), "\n", Stop);
        (await runner.EndAsync(Stop)).Should().Be((int)ExitCode.NoSuchRelease, runner.Output);
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "asked"), Stop))
            .Should().Contain("ps --all", "the compose target looks for its containers");
    }

    [Fact]
    public async Task A_runner_that_is_killed_takes_the_commands_it_waits_for_with_it()
    {
        var seconds = $"6{Random.Shared.Next(100_000_000, 999_999_999)}";
        await DockerAsync($"setsid sleep {seconds}; sleep {seconds}", "compose");
        using var runner = RunnerProcess.Start(_folder.FullName, Variables, "status");
        await Eventually.TrueAsync("docker is asked", () => Eventually.Running(seconds) > 0, Stop, () => runner.Output);
        runner.Kill();
        await Eventually.TrueAsync("no docker command is left", () => Eventually.Running(seconds) == 0, Stop);
    }

    [Theory]
    [InlineData(null, "docker could not be started")]
    [InlineData("echo 'Cannot connect to the Docker daemon' >&2; exit 1", "Cannot connect")]
    public async Task The_real_runner_names_a_missing_or_refusing_engine_without_waiting(string? docker, string why)
    {
        Directory.CreateDirectory(Programs);
        await WriteManifestAsync("compose");
        if (docker is not null) await DockerAsync(docker, "compose");
        using var runner = RunnerProcess.Start(_folder.FullName,
            new Dictionary<string, string> { ["PATH"] = docker is null ? Programs : $"{Programs}:/usr/bin:/bin" }, "status");
        (await runner.EndAsync(Stop)).Should().Be((int)ExitCode.TargetUnreachable, runner.Output);
        runner.Output.Should().Contain(why).And.NotContain("slow");
    }

    private async Task DockerAsync(string script, string target = "auto")
    {
        await WriteManifestAsync(target);
        Directory.CreateDirectory(Programs);
        var docker = Path.Combine(Programs, "docker");
        await File.WriteAllTextAsync(docker, $"#!/bin/sh\n{script}\n", Stop);
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task WriteManifestAsync(string target)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "docker-compose.yml"),
            "services: { door: { image: shop/door } }\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "chainbridge.yml"), $$"""
            project: shop
            services:
              door: { image: shop/door, public: true }
            gates: { smoke: { probes: [ { path: / } ] } }
            environments: { staging: { target: {{target}}, composeFile: docker-compose.yml, stateDirectory: state } }
            """, Stop);
    }

    private sealed class Scripted(Func<Command, Task<CommandResult>> answer) : IExecutor
    {
        public Task<CommandResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancellationToken) =>
            answer(command);
    }
}
