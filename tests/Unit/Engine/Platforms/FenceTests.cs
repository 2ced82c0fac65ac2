using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms;

public sealed class FenceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fence-");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_runner_with_an_older_token_changes_nothing_any_more()
    {
        using (await New().EnterAsync(new FencingToken(7), Stop)) { }
        var old = () => New().EnterAsync(new FencingToken(6), Stop);
        (await old.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Locked);
        using (await New().EnterAsync(new FencingToken(7), Stop)) { }
    }

    [Fact]
    public async Task A_newer_runner_waits_until_the_change_under_way_is_over()
    {
        var change = await New().EnterAsync(new FencingToken(1), Stop);
        var newer = New().EnterAsync(new FencingToken(2), Stop);
        newer.IsCompleted.Should().BeFalse();
        change.Dispose();
        (await newer).Dispose();
    }

    [Fact]
    public async Task A_change_that_never_ends_is_not_waited_for_endlessly()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(121) };
        using var change = await New().EnterAsync(new FencingToken(1), Stop);
        var newer = () => new Fence(new LocalFiles(), _folder.FullName, time).EnterAsync(new FencingToken(2), Stop);
        (await newer.Should().ThrowAsync<EngineException>()).Which.Message.Should().Contain("waited 120 s");
    }

    private Fence New() => new(new LocalFiles(), _folder.FullName, TimeProvider.System);
}
