using System.Diagnostics;
using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Samples.Platforms;

/// <summary>The same tests under both platforms. <c>PLATFORM_FAILS=1</c> makes those fail that can.</summary>
[Smoke]
public sealed class PlatformTests
{
    private static string? Misbehaves => Environment.GetEnvironmentVariable("PLATFORM_MISBEHAVES");

    private static bool Fails => Environment.GetEnvironmentVariable("PLATFORM_FAILS") == "1";

    [Fact]
    public void Passes_in_a_scope_of_its_own() => Assert.NotNull(TestScope.Current);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_row_passes(int row) => Assert.InRange(row, 1, 2);

    [Fact]
    public void Fails_when_told_to() => Assert.False(Fails, "told to fail");

    [Fact]
    [Retry(1)]
    public void Is_flaky_when_told_to()
    {
        if (!Fails) return;
        var mark = Environment.GetEnvironmentVariable("PLATFORM_MARK")!;
        if (File.Exists(mark)) return;
        File.WriteAllText(mark, "tried");
        Assert.Fail("fails at its first attempt");
    }

    [Fact]
    public void Ends_the_process_when_told_to()
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_EXITS") == "1") Environment.Exit(0);
    }

    /// <summary>
    /// As <c>PLATFORM_MISBEHAVES</c> says: keeps the locks of the console, lets an exception end a thread, kills its process.
    /// </summary>
    [Fact]
    public void Misbehaves_when_told_to()
    {
        switch (Misbehaves)
        {
            case "console":
                using (var never = new ManualResetEventSlim())
                lock (Console.Out)
                lock (Console.Error) never.Wait(CancellationToken.None);
                break;
            case "thread":
                var thread = new Thread(() => throw new InvalidOperationException("nothing catches this"));
                thread.Start();
                thread.Join();
                break;
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
        }
    }

    public static IEnumerable<TheoryDataRow<int>> Computed()
    {
        do yield return 1;
        while (Misbehaves == "endless");
    }

    [Theory]
    [MemberData(nameof(Computed))]
    public void Each_computed_row_passes(int row) => Assert.Equal(1, row);

    [Fact]
    [Quarantined("https://example.org/issues/7")]
    public void Fails_in_quarantine() => Assert.Fail("known");
}

/// <summary>Takes longer than its budget when told to, and takes no notice of its cancellation.</summary>
[Database]
public sealed class BudgetTests
{
    [Fact]
    public async Task Keeps_its_budget_unless_told_otherwise()
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_FAILS") == "1") await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }

    [Fact]
    public void Is_not_lost_when_the_budget_is_over()
    {
    }
}
