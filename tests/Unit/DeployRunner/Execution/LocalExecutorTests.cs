using ChainBridge.DeployRunner.Commands;
using ChainBridge.DeployRunner.Execution;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner.Execution;

public sealed class LocalExecutorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_that_runs_out_of_time_is_ended_with_all_it_started()
    {
        var marker = Path.Combine(Path.GetTempPath(), $"executor-{Guid.NewGuid():N}");
        var result = await RunAsync(Command.Of("sh", "-c", $"sleep 60 & echo $! >{marker}; wait") with { Timeout = TimeSpan.FromMilliseconds(300) });
        result.ExitCode.Should().Be(CommandResult.TimedOut);
        result.Evidence.Should().Contain("did not end within");
        var child = (await File.ReadAllTextAsync(marker, Stop)).Trim();
        File.Delete(marker);
        var deadline = TimeProvider.System.GetTimestamp();
        while (Alive(child) && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(5)) await Task.Delay(10, Stop);
        Alive(child).Should().BeFalse("the child of the command that was ended must be gone");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_answer_not_an_exception()
    {
        var result = await RunAsync(Command.Of("no-such-program"));
        result.ExitCode.Should().Be(CommandResult.NotStarted);
        result.Errors.Should().Contain("no-such-program could not be started");
    }

    [Fact]
    public async Task Evidence_shows_the_command_its_exit_code_and_its_last_words_but_no_variable()
    {
        var result = await RunAsync(Command.Of("sh", "-c", "echo out; echo \"$NAME\" | wc -c; echo bad >&2; exit 3") with { Variables = new Dictionary<string, string> { ["NAME"] = "hunter22" } });
        result.Evidence.Should().Contain("ended with exit code 3").And.Contain("out").And.Contain("bad").And.Contain("9").And.NotContain("hunter22");
    }

    [Fact]
    public async Task Cancelling_ends_the_command()
    {
        using var cancel = new CancellationTokenSource();
        var running = new LocalExecutor(TimeProvider.System).RunAsync(Command.Of("sh", "-c", "echo ready; sleep 60"), _ => cancel.Cancel(), cancel.Token);
        await running.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    private static Task<CommandResult> RunAsync(Command command) => new LocalExecutor(TimeProvider.System).RunAsync(command, null, Stop);

    private static bool Alive(string id) => File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
}
