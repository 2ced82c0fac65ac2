using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

public sealed class FileGuardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-guard-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "state", "lock.guard");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_second_caller_reports_that_it_waits_and_enters_when_the_first_leaves()
    {
        var first = await FileGuard.TakeAsync(File, TimeSpan.Zero, TimeProvider.System, onWait: null, Stop);
        var (waits, reported) = (0, new TaskCompletionSource());
        var second = FileGuard.TakeAsync(File, TimeSpan.FromSeconds(30), TimeProvider.System, () =>
        {
            waits++;
            reported.SetResult();
        }, Stop);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        second.IsCompleted.Should().BeFalse();
        await first.DisposeAsync();
        await using var entered = await second;
        waits.Should().Be(1);
    }

    [Fact]
    public async Task A_file_that_no_process_holds_and_cannot_be_opened_is_not_waited_for()
    {
        var never = () => FileGuard.TakeAsync(Path.Combine(_folder, new string('n', 300)), TimeSpan.FromHours(1), TimeProvider.System,
            onWait: null, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        await never.Should().ThrowAsync<PathTooLongException>();
    }

    [Fact]
    public async Task A_caller_that_waits_in_vain_reports_for_what_and_ends_with_exit_code_15()
    {
        await using var first = await FileGuard.TakeAsync(File, TimeSpan.Zero, TimeProvider.System, onWait: null, Stop);
        var second = () => FileGuard.TakeAsync(File, TimeSpan.Zero, TimeProvider.System, onWait: null, Stop);
        (await second.Should().ThrowAsync<EngineException>())
            .WithMessage($"waited 0 s for another process to let go of {File}: *").Which.Failure.Should().Be(Failure.Locked);
    }
}
