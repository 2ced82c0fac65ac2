using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

[Database]
public sealed class Overruns
{
    [Fact]
    public Task Waits_for_what_never_comes() => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);

    [Fact]
    public Task Waits_as_well() => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Each_row_waits(int row) =>
        Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken).ContinueWith(_ => row, TaskScheduler.Default);

    [Fact(Skip = "skipped whatever the time is")]
    public void Is_skipped()
    {
    }
}

[Database]
public sealed class Swallows
{
    [Fact]
    public async Task Takes_no_notice_of_its_cancellation_and_passes() =>
        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}

[Database]
public sealed class Blocks
{
    [Fact]
    public void Blocks_its_thread()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(CancellationToken.None);
    }

    [Fact]
    public void Comes_after_it()
    {
    }
}

[Database]
public sealed class BlocksInTheForeground
{
    [Fact]
    public void Blocks_on_a_thread_that_keeps_the_process_alive()
    {
        using var never = new ManualResetEventSlim();
        var thread = new Thread(() => never.Wait(CancellationToken.None)) { IsBackground = false };
        thread.Start();
        thread.Join();
    }
}

[Database]
public sealed class HangsInItsFixture(HangsInItsFixture.HangingFixture fixture) : IClassFixture<HangsInItsFixture.HangingFixture>
{
    [Fact]
    public void One() => Assert.NotNull(fixture);

    [Fact]
    public void Two() => Assert.NotNull(fixture);

    public sealed class HangingFixture : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await Task.Delay(Timeout.Infinite, CancellationToken.None);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

[Database]
public sealed class HangsInTheEndOfItsFixture(HangsInTheEndOfItsFixture.ClingingFixture fixture)
    : IClassFixture<HangsInTheEndOfItsFixture.ClingingFixture>
{
    [Fact]
    public void Passes() => Assert.NotNull(fixture);

    public sealed class ClingingFixture : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }
}

[Smoke]
public sealed class Quick
{
    [Fact]
    public void Passes() => Assert.True(true);

    [Fact]
    public void Passes_too() => Assert.True(true);
}

/// <summary>In no category, or in one that is none of ours: a test that hangs, one behind it, and a fixture that hangs.</summary>
[Trait(Category.Trait, "Nightly")]
public sealed class BlocksWithoutCategory
{
    [Fact]
    public void Blocks_in_no_category()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(CancellationToken.None);
    }

    [Fact]
    public void Comes_before_or_after_it()
    {
    }
}

public sealed class HangsInItsFixtureWithoutCategory(HangsInItsFixture.HangingFixture fixture)
    : IClassFixture<HangsInItsFixture.HangingFixture>
{
    [Fact]
    public void Never_begins() => Assert.NotNull(fixture);
}

public sealed class WithoutCategory
{
    [Fact]
    public async Task Takes_its_time() => await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
}
