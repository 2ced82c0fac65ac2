using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Counts the attempts at each test in this process.</summary>
internal static class Attempt
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Counts = new();

    public static int Of(string test) => Counts.AddOrUpdate(test, 1, (_, before) => before + 1);
}

public sealed class Flaky
{
    private int _calls;

    [Fact]
    [Retry(2)]
    public void Passes_at_its_second_attempt() => Try("flaky", failures: 1);

    [Fact]
    public void Passes_at_its_third_attempt() => Try("flaky twice", failures: 2);

    private void Try(string who, int failures)
    {
        Assert.Equal(0, _calls++);
        Trace.Follow(who);
        Trace.Write($"{who}: scope {System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(TestScope.Current)}");
        var attempt = Attempt.Of(who);
        Assert.True(attempt > failures, $"attempt {attempt} fails on purpose");
    }
}

[Retry(2)]
public sealed class Broken
{
    [Fact]
    public void Fails_at_every_attempt()
    {
        Trace.Follow("broken");
        Assert.Fail($"attempt {Attempt.Of("broken")} fails on purpose");
    }

    [Fact]
    public void Passes_at_once() => Trace.Write($"passes at once: attempt {Attempt.Of("passes at once")}");

    [Fact(Timeout = 2000)]
    public async Task Is_left_running()
    {
        Trace.Write($"left running: attempt {Attempt.Of("left running")}");
        await Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken.IsCancellationRequested
            ? TestContext.Current.CancellationToken
            : CancellationToken.None);
    }
}

[Retry(11)]
public sealed class TooManyRetries
{
    [Fact]
    public void Would_pass()
    {
    }
}

[Quarantined("https://example.org/issues/12")]
public sealed class InQuarantine
{
    [Fact]
    public void Fails() => Assert.Fail("on purpose");

    [Fact]
    public void Passes_now() => Trace.Write("quarantine: ran");
}

public sealed class OutOfQuarantine
{
    [Fact]
    public void Passes_always() => Trace.Write("outside: ran");
}

public sealed class BadLinks
{
    [Fact]
    [Quarantined("later")]
    public void Without_an_issue()
    {
    }

    [Fact]
    [Quarantined("")]
    public void With_nothing()
    {
    }
}
