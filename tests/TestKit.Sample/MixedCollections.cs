using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>A collection's fixture that never comes up, before a category with a budget and tests without one.</summary>
public sealed class NeverUp : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Task.Delay(Timeout.Infinite, CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

[CollectionDefinition(nameof(NeverUpCollection))]
public sealed class NeverUpCollection : ICollectionFixture<NeverUp>;

[Database]
[Collection(nameof(NeverUpCollection))]
public sealed class BehindWhatHangs
{
    [Fact]
    public void Has_a_budget()
    {
    }
}

[Collection(nameof(NeverUpCollection))]
public sealed class BehindWhatHangsToo
{
    [Fact]
    public void Has_none()
    {
    }
}

/// <summary>A collection's fixture that takes longer than the budget of the one and not than that of the other.</summary>
public sealed class SlowUp : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Task.Delay(TimeSpan.FromSeconds(11), CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

[CollectionDefinition(nameof(SlowUpCollection))]
public sealed class SlowUpCollection : ICollectionFixture<SlowUp>;

[Database]
[Collection(nameof(SlowUpCollection))]
public sealed class BehindWhatIsSlow
{
    [Fact]
    public void Has_a_budget()
    {
    }
}

[Collection(nameof(SlowUpCollection))]
public sealed class BehindWhatIsSlowToo
{
    [Fact]
    public void Has_none()
    {
    }
}

[Collection("one after the other")]
public sealed class SlowWithoutCategory
{
    [Fact]
    public Task Takes_its_time_here() => Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
}

[Smoke]
[Collection("one after the other")]
public sealed class WaitsForTheSlow
{
    [Fact]
    public void Is_done_at_once()
    {
    }
}
