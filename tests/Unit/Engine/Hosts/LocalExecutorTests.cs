using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Machine;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

public sealed class LocalExecutorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_that_runs_out_of_time_is_ended_with_all_it_started()
    {
        var marker = Path.Combine(Path.GetTempPath(), $"executor-{Guid.NewGuid():N}");
        var time = new FakeTimeProvider();
        var running = new LocalExecutor(time).RunAsync(Command.Of("sh", "-c",
            $"sleep 600 & echo $! >{marker}.half; mv {marker}.half {marker}; wait") with { Timeout = TimeSpan.FromSeconds(5) }, null, Stop);
        await Eventually.TrueAsync("the child is written down", () => File.Exists(marker), Stop);
        time.Advance(TimeSpan.FromSeconds(6));
        var result = await running;
        result.ExitCode.Should().Be(CommandResult.TimedOut);
        result.Evidence.Should().Contain("did not end within");
        var child = (await File.ReadAllTextAsync(marker, Stop)).Trim();
        File.Delete(marker);
        await Eventually.TrueAsync("the child of the command that was ended is gone", () => !Alive(child), Stop);
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
        var result = await RunAsync(Command.Of("sh", "-c", "echo out; echo \"$NAME\" | wc -c; echo bad >&2; exit 3")
            with { Variables = new Dictionary<string, string?> { ["NAME"] = "hunter22" } });
        result.Evidence.Should().Contain("ended with exit code 3").And.Contain("out").And.Contain("bad").And.Contain("9")
            .And.NotContain("hunter22");
    }

    [Fact]
    public async Task Cancelling_ends_the_command()
    {
        using var cancel = new CancellationTokenSource();
        var running = new LocalExecutor(TimeProvider.System)
            .RunAsync(Command.Of("sh", "-c", "echo ready; sleep 60"), _ => cancel.Cancel(), cancel.Token);
        await running.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_child_in_a_session_of_its_own_that_holds_the_output_open_is_ended_after_its_command()
    {
        var seconds = $"6{Random.Shared.Next(100_000_000, 999_999_999)}";
        (await RunAsync(Command.Of("sh", "-c", $"setsid sleep {seconds} & echo done")))
            .Should().Match<CommandResult>(result => result.ExitCode == 0 && result.Output == "done\n");
        Eventually.Running(seconds).Should().Be(0);
    }

    [Fact]
    public async Task A_server_that_a_command_starts_and_that_lets_go_of_the_output_stays()
    {
        var seconds = $"6{Random.Shared.Next(100_000_000, 999_999_999)}";
        var started = await RunAsync(Command.Of("sh", "-c", $"setsid sleep {seconds} >/dev/null 2>&1 </dev/null & echo $!"));
        // Until it has become sleep, the shell's child bears the shell's arguments.
        var stop = TestContext.Current.CancellationToken;
        await Eventually.TrueAsync("the server runs", () => Eventually.Running(seconds) == 1, stop);
        ProcessIdentity.Of(int.Parse(started.Output, System.Globalization.CultureInfo.InvariantCulture)).Signal(9);
    }

    [Fact]
    public async Task An_answer_larger_than_what_is_kept_of_it_is_a_failure()
    {
        var result = await RunAsync(Command.Of("sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' 'x'"));
        result.ExitCode.Should().Be(CommandResult.TooMuchOutput);
        result.Output.Should().Contain("characters were left out here").And.EndWith("xxx");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_kept_apart_leads_a_session_that_the_interrupt_of_a_terminal_does_not_reach(bool apart)
    {
        var result = await RunAsync(Command.Of("sh", "-c", "echo $$; cut -d ' ' -f 6 /proc/$$/stat") with { Apart = apart });
        var (process, session) = (result.Output.Split('\n')[0], result.Output.Split('\n')[1]);
        (session == process).Should().Be(apart, "{0}", result.Evidence);
    }

    private static Task<CommandResult> RunAsync(Command command) => new LocalExecutor(TimeProvider.System).RunAsync(command, null, Stop);

    private static bool Alive(string id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
