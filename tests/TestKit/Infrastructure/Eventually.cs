using FluentAssertions;
using ChainBridge.TestKit.Assertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Infrastructure;

/// <summary>
/// TestKit's own <see cref="ChainBridge.TestKit.Assertions.Eventually"/>, with a pause for conditions that cost something.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static Task HoldsAsync(Func<bool> condition, TimeSpan deadline, string what) =>
        HoldsAsync(() => Task.FromResult(condition()), deadline, what);

    public static Task HoldsAsync(Func<Task<bool>> condition, TimeSpan deadline, string what) =>
        ChainBridge.TestKit.Assertions.Eventually.HoldsAsync(_ => condition(), what,
            new EventuallyOptions { Within = deadline, Every = Interval }, TestContext.Current.CancellationToken);

    /// <summary>The same; the failure has what the last look found.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan deadline, Func<string> what) =>
        await ChainBridge.TestKit.Assertions.Eventually.SatisfiesAsync(async _ => await condition(),
            holds => holds.Should().BeTrue("{0}", what()), "what is described holds",
            new EventuallyOptions { Within = deadline, Every = Interval }, TestContext.Current.CancellationToken);
}
