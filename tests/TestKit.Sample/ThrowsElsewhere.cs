using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Tests that pass while an exception of theirs ends a thread.</summary>
public sealed class ThrowsElsewhere
{
    [Fact]
    public void Throws_on_a_thread_of_its_own()
    {
        var thread = new Thread(() => throw new InvalidOperationException("nothing catches this")) { IsBackground = true };
        thread.Start();
        thread.Join();
    }
}

/// <summary>An exception in an <c>async void</c> method, which has no task to keep it.</summary>
public sealed class ThrowsInAsyncVoid
{
    [Fact]
    public async Task Throws_in_async_void()
    {
        var thrown = new TaskCompletionSource();
        Fire(thrown);
        await thrown.Task;
    }

    private static async void Fire(TaskCompletionSource thrown)
    {
        await Task.Yield();
        thrown.SetResult();
        throw new InvalidOperationException("async void has no task");
    }
}

/// <summary>The exception comes when the test that started the thread has passed.</summary>
[TestMethodOrderer(typeof(ByName))]
public sealed class ThrowsAfterItsEnd
{
    private static readonly ManualResetEventSlim Over = new();
    private static readonly Thread Late = new(Throw) { IsBackground = true };

    [Fact]
    public void Passes_before_its_thread_throws() => Late.Start();

    /// <summary>The tests of a class run one after the other, this one last.</summary>
    [Fact]
    public void Waits_until_the_other_is_over()
    {
        Over.Set();
        Assert.True(Late.Join(TimeSpan.FromSeconds(60)), "the thread of the first test has thrown, and ends");
    }

    private static void Throw()
    {
        Over.Wait();
        throw new InvalidOperationException("thrown after the end of the test");
    }
}
