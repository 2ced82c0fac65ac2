using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts.Ssh;

/// <summary>The contract of host files, through a shell, which here is one of this machine.</summary>
public sealed class ShellFilesTests : HostLogContract
{
    private readonly RemoteShell _shell = Start(TimeProvider.System);
    private readonly RemoteShell _other = Start(TimeProvider.System);

    public ShellFilesTests() => (Files, Others) = (new ShellFiles("a host", () => _shell), new ShellFiles("a host", () => _other));

    private protected override IHostFiles Files { get; }

    private protected override IHostFiles Others { get; }

    public override void Dispose()
    {
        _shell.Dispose();
        _other.Dispose();
        base.Dispose();
    }

    [Fact]
    public void The_output_of_a_login_profile_is_no_answer()
    {
        using var shell = Start(TimeProvider.System, "echo Welcome; echo Mind the gap >&2; exec /bin/sh");
        shell.Run("echo answer").Should().BeEquivalentTo(new { Status = 0, Text = "answer\n" });
    }

    [Fact]
    public void The_exit_code_of_a_script_is_answered_and_the_shell_stays()
    {
        _shell.Run("echo bad >&2; (exit 7)").Should().BeEquivalentTo(new { Status = 7, Text = "bad\n" });
        _shell.Run("printf 'no end'").Should().BeEquivalentTo(new { Status = 0, Text = "no end" });
        _shell.Run("cat").Text.Should().BeEmpty("a script has no input but its own");
    }

    [Fact]
    public void Changes_that_are_made_together_are_one_script_and_a_failure_has_the_words_of_the_host()
    {
        using var shell = Start(TimeProvider.System);
        var asked = 0;
        IHostFiles files = new ShellFiles("a host", () =>
        {
            asked++;
            return shell;
        });
        files.Change(changes =>
        {
            for (var number = 0; number < 12; number++) changes.Write(At($"{number}"), "1");
        });
        asked.Should().Be(1);
        FluentActions.Invoking(() => files.Change(changes =>
        {
            for (var number = 0; number < 12; number++) changes.Write(At(number < 11 ? $"{number}" : "0/below"), "2");
        })).Should().Throw<IOException>().WithMessage($"a host: {At("0/below")}: mkdir: *").Which.Message.Should().NotEndWith("11");
    }

    [Fact]
    public void A_writer_that_was_overtaken_makes_its_addition_from_the_new_end()
    {
        var asked = 0;
        Files.AppendLog(Log, _ => new("one\n", "1"));
        Files.AppendLog(Log, end =>
        {
            if (asked++ == 0) Others.AppendLog(Log, _ => new("two\n", "2"));
            return new($"after {end.Length} {end.Mark}\n", "3");
        });
        Files.ReadLog(Log).Should().Be(new LogContent("one\ntwo\nafter 8 2\n", "3"));
        asked.Should().Be(2);
    }

    [Fact]
    public async Task A_log_that_another_process_holds_is_waited_for()
    {
        using var held = await Others.LockAsync(Log.Lines, TimeSpan.Zero, TimeProvider.System, null, Stop);
        var (asked, written) = (0, Task.Run(() => Files.AppendLog(Log, _ => new("one\n", null)), Stop));
        var read = Task.Run(() => Files.ReadLog(Log), Stop);
        await Eventually.TrueAsync("the host was asked for a while", () => asked++ > 2, Stop);
        (written.IsCompleted || read.IsCompleted).Should().BeFalse();
        held.Dispose();
        await Task.WhenAll(written, read).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Files.ReadLog(Log).Text.Should().Be("one\n");
    }

    [Fact]
    public async Task An_answer_that_is_not_waited_for_is_no_answer_of_the_next_script()
    {
        for (var time = 0; time < 20; time++)
        {
            (await Files.LockAsync(At("guard"), TimeSpan.FromSeconds(30), TimeProvider.System, null, Stop)).Dispose();
            _shell.Run($"printf 'answer {time}'").Should().BeEquivalentTo(new { Status = 0, Text = $"answer {time}" });
        }
    }

    [Fact]
    public async Task A_lock_ends_with_the_shell_that_held_it_and_its_holder_is_told()
    {
        var files = (ShellFiles)Files;
        using var held = await files.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, null, Stop);
        files.LostALock.Should().BeFalse();
        FluentActions.Invoking(() => _shell.Run("kill -9 $$")).Should().Throw<EngineException>()
            .Which.Failure.Should().Be(Failure.Unreachable);
        files.LostALock.Should().BeTrue();
        using (await Others.LockAsync(At("guard"), TimeSpan.FromSeconds(10), TimeProvider.System, null, Stop))
            FluentActions.Invoking(() => files.Read(At("file"))).Should().Throw<EngineException>("the shell is gone");
        held.Dispose();
        files.LostALock.Should().BeFalse();
    }

    [Fact]
    public async Task A_script_that_does_not_end_is_given_up_at_its_deadline()
    {
        var time = new FakeTimeProvider();
        using var shell = Start(time);
        var asked = Task.Run(() => shell.Run($"mkdir {ShellScripts.Quoted(At(""))}; : >{ShellScripts.Quoted(At("begun"))}; sleep 600"),
            Stop);
        await Eventually.TrueAsync("the script has begun", () => File.Exists(At("begun")), Stop);
        time.Advance(TimeSpan.FromSeconds(31));
        (await asked.Invoking(task => task).Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Unreachable);
        shell.Alive.Should().BeFalse();
    }

    [Fact]
    public async Task A_shell_that_hears_nothing_for_its_patience_ends_and_lets_go_of_its_locks()
    {
        // No clock that goes on sends beats.
        using var silent = Start(new FakeTimeProvider(), patience: TimeSpan.FromSeconds(1));
        var files = new ShellFiles("a host", () => silent);
        using var held = await files.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, null, Stop);
        using var other = await Others.LockAsync(At("guard"), TimeSpan.FromSeconds(30), TimeProvider.System, null, Stop);
        await Eventually.TrueAsync("the silent runner's shell is gone", () => files.LostALock, Stop);
    }

    [Fact]
    public async Task A_shell_that_hears_beats_lives_on()
    {
        using var heard = Start(TimeProvider.System, patience: TimeSpan.FromSeconds(2));
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync("its patience is over",
            () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(3), Stop);
        heard.Run("echo here").Text.Should().Be("here\n");
    }

    [Fact]
    public void The_content_that_is_written_is_no_argument_of_a_process()
    {
        var script = ShellScripts.Write("/state/secrets/db", "/state/secrets/db.half", "hunter22"u8.ToArray(), "600");
        var text = script.Split("<<'CONTENT'")[0];
        script.Should().Contain(Convert.ToBase64String("hunter22"u8)).And.Contain("<<'CONTENT'");
        text.Should().NotContain("hunter22").And.NotContain(Convert.ToBase64String("hunter22"u8));
    }

    private static RemoteShell Start(TimeProvider time, string? profile = null, TimeSpan? patience = null) => RemoteShell.Start(
        profile is null ? Command.Of("/bin/sh") : Command.Of("/bin/sh", "-c", profile), "a host", TimeSpan.FromSeconds(30), time, patience);
}
