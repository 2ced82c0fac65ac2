using Xunit;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>Waits for a condition, with a deadline, and says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static Task HoldsAsync(Func<bool> condition, TimeSpan deadline, string what) => HoldsAsync(() => Task.FromResult(condition()), deadline, what);

    public static Task HoldsAsync(Func<Task<bool>> condition, TimeSpan deadline, string what) => HoldsAsync(condition, deadline, () => what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan deadline, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline) throw new TimeoutException($"waited {deadline.TotalSeconds} s in vain until {what()}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
