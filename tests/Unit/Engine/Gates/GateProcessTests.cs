using ChainBridge.Engine.Gates;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Gates;

/// <summary>Nothing that came of a gate command outlives it, and its output is bounded.</summary>
public sealed class GateProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gate-process-");

    /// <summary>The seconds that each child sleeps: unique, so that it can be found among all processes.</summary>
    private readonly string _seconds = $"6{Random.Shared.Next(100_000_000, 999_999_999)}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>In the command's session, in one of its own, an orphan of that, and a daemon that holds no output.</summary>
    private string Children => $$"""
        sleep {{_seconds}} &
        setsid sleep {{_seconds}} &
        (setsid sh -c 'sleep {{_seconds}} & sleep {{_seconds}}' &)
        (setsid sleep {{_seconds}} >/dev/null 2>&1 </dev/null &)
        """;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Children_that_hold_the_output_open_are_ended_after_their_command_and_the_log_names_them()
    {
        var ended = await RunAsync($"{Children}\necho all is well", Stop);
        ended.ExitCode.Should().Be(0);
        ended.Note.Should().Contain("sleep (");
        Eventually.Running(_seconds).Should().Be(0);
        (await LogAsync()).Should().StartWith("all is well\n").And.Contain("[deployrunner] processes it left running were ended after it");
    }

    [Fact]
    public async Task A_daemon_that_a_green_command_leaves_behind_is_ended_with_it()
    {
        (await RunAsync($"(setsid sleep {_seconds} >/dev/null 2>&1 </dev/null &)", Stop)).ExitCode.Should().Be(0);
        Eventually.Running(_seconds).Should().Be(0);
    }

    [Fact]
    public async Task A_command_that_is_cancelled_is_gone_with_all_its_children_before_the_exception_leaves()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = RunAsync($"{Children}\nsetsid sh -c 'trap \"\" TERM; sleep {_seconds}; sleep {_seconds}' &\nwait", cancel.Token);
        await Eventually.TrueAsync("all children run", () => Eventually.Running(_seconds) == 6, Stop);
        await cancel.CancelAsync();
        await running.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        Eventually.Running(_seconds).Should().Be(0);
    }

    [Fact]
    public async Task A_command_without_children_leaves_no_note() =>
        (await RunAsync("echo out; echo err >&2; exit 3", Stop))
            .Should().Match<GateProcessResult>(ended => ended.ExitCode == 3 && ended.Note == null);

    [Fact]
    public async Task A_log_that_cannot_be_written_does_not_leave_the_command_waiting_for_a_reader()
    {
        var run = () => new GateProcess().RunAsync(new(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 100"],
            _folder.FullName, new Dictionary<string, string?>(), "/dev/full"), Stop);
        await run.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public void An_output_without_a_line_end_takes_little_memory_and_its_cut_is_marked()
    {
        var path = Path.Combine(_folder.FullName, "command.log");
        var piece = new string('x', 100_000).AsMemory();
        using (var log = new CommandLog(path, hide: null))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var count = 0; count < 3_000; count++) log.Output.Add(piece);
            log.Output.Add("\nthe next line\n".AsMemory());
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(3_000_000, "300 MB went by");
        }

        var lines = File.ReadAllLines(path);
        lines.Should().HaveCount(2);
        lines[0].Should().EndWith("… (299983616 more characters of this line were left out)");
        lines[1].Should().Be("the next line");
    }

    [Fact]
    public void A_long_log_keeps_its_beginning_and_its_end_and_marks_what_is_missing()
    {
        var path = Path.Combine(_folder.FullName, "command.log");
        using (var log = new CommandLog(path, hide: null))
            for (var number = 0; number < 400_000; number++) log.Errors.Add($"line {number} {new string('.', 40)}\n".AsMemory());
        var text = File.ReadAllText(path);
        text.Length.Should().BeLessThan(CommandLog.Beginning + CommandLog.End + 10_000);
        text.Should().StartWith("line 0 .").And.Contain("were left out here").And.Contain($"line 399999 {new string('.', 40)}\n");
    }

    [Fact]
    public void A_secret_that_lies_across_the_cut_of_a_line_is_hidden()
    {
        var path = Path.Combine(_folder.FullName, "command.log");
        using (var log = new CommandLog(path, line => line.Replace("hunter22", "***", StringComparison.Ordinal)))
        {
            log.Output.Add($"{new string('x', 16_380)}hunt".AsMemory());
            log.Output.Add("er22 and more\r\n".AsMemory());
        }

        File.ReadAllText(path).Should().NotContain("hunt").And.Contain("x***");
    }

    private Task<GateProcessResult> RunAsync(string script, CancellationToken cancellationToken) => new GateProcess().RunAsync(
        new GateProcessRequest(["sh", "-c", script], _folder.FullName, new Dictionary<string, string?>(),
            Path.Combine(_folder.FullName, "command.log")), cancellationToken);

    private Task<string> LogAsync() => File.ReadAllTextAsync(Path.Combine(_folder.FullName, "command.log"), Stop);
}
