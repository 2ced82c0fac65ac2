using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>Writes down what happens to a test's scope, in its order: a line each in the file <c>SAMPLE_TRACE</c>.</summary>
internal static class Trace
{
    private static readonly Lock Gate = new();

    public static void Write(string line)
    {
        if (Environment.GetEnvironmentVariable("SAMPLE_TRACE") is not { Length: > 0 } file) return;
        lock (Gate) File.AppendAllText(file, line + "\n");
    }

    /// <summary>A part and an evidence source, which write down when they are asked.</summary>
    public static void Follow(string who)
    {
        var scope = TestScope.Current ?? throw new InvalidOperationException("no scope");
        scope.AtEnd((ending, _) =>
        {
            Write($"{who}: part ended, failed {ending.Failed}, given up {ending.GivenUp}");
            return ValueTask.CompletedTask;
        });
        scope.AddEvidence("evidence", async (folder, stop) =>
        {
            Write($"{who}: evidence asked");
            await folder.WriteAsync("evidence.txt", who, stop);
        });
    }
}

public sealed class Scoped(Scoped.SharedFixture fixture) : IAsyncDisposable, IClassFixture<Scoped.SharedFixture>
{
    private readonly TestScope? _atConstruction = TestScope.Current;
    private string _who = "";

    [Fact]
    public void A_passing_test_has_one()
    {
        Assert.NotNull(fixture);
        Assert.Null(fixture.Scope);
        Assert.NotNull(TestScope.Current);
        Assert.Same(_atConstruction, TestScope.Current);
        Trace.Follow(_who = "passing");
    }

    [Fact]
    public void A_failing_test_has_one()
    {
        Trace.Follow(_who = "failing");
        Assert.Fail("on purpose");
    }

    [Fact]
    public void A_test_that_skips_itself_has_not_failed()
    {
        Trace.Follow(_who = "skipping");
        Assert.Skip("on purpose");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_row_has_its_own(int row) => Assert.Contains($"{row}", TestScope.Current!.Name);

    public ValueTask DisposeAsync()
    {
        if (_who.Length > 0) Trace.Write($"{_who}: class disposed");
        return ValueTask.CompletedTask;
    }

    public sealed class SharedFixture
    {
        public TestScope? Scope { get; } = TestScope.Current;
    }
}

public sealed class PartsThatDoNotEnd
{
    [Fact]
    public void One_fails()
    {
        TestScope.Current!.AtEnd((_, _) => throw new InvalidOperationException("the part is stuck"));
        Trace.Follow("beside a part that fails");
    }

    [Fact]
    public void One_hangs() => TestScope.Current!.AtEnd(async (_, _) => await Task.Delay(Timeout.Infinite, CancellationToken.None));
}

public sealed class EvidenceThatDoesNotAnswer
{
    [Fact]
    public void One_hangs_and_one_throws()
    {
        TestScope.Current!.AddEvidence("thrower", (_, _) => throw new InvalidOperationException("nothing seen"));
        TestScope.Current!.AddEvidence("sleeper", async (_, _) => await Task.Delay(Timeout.Infinite, CancellationToken.None));
        Trace.Follow("beside evidence that does not answer");
        Assert.Fail("the test's own reason");
    }
}

public sealed class LeftRunning
{
    [Fact(Timeout = 3000)]
    public async Task By_its_timeout()
    {
        Trace.Follow("timeout");
        // Looks at its token, and takes no notice.
        await Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken.IsCancellationRequested
            ? TestContext.Current.CancellationToken
            : CancellationToken.None);
    }
}

[Database]
public sealed class LeftRunningByItsBudget
{
    /// <summary>Done once what is left of the test has looked for its scope.</summary>
    public static TaskCompletionSource Looked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Takes_no_notice_of_anything()
    {
        Trace.Follow("budget");
        while (TestScope.Current is not null) await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        // What is left of the test finds nothing that it could still take something from.
        Trace.Write("left behind: no scope");
        Looked.TrySetResult();
        await Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
    }
}

/// <summary>Keeps the run from its end until what was left behind has had its say.</summary>
public sealed class WaitsForWhatIsLeft
{
    [Fact]
    public Task Until_it_looked() =>
        LeftRunningByItsBudget.Looked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}

[Database]
public sealed class LeavesItsLastRowRunning
{
    public static TheoryData<int> Rows => [1, 2];

    [Theory]
    [MemberData(nameof(Rows), DisableDiscoveryEnumeration = true)]
    public async Task Rows_of_one_case(int row)
    {
        var number = Attempt.Of("rows");
        Trace.Follow($"row at place {number}");
        if (number == 2) await Task.Delay(TimeSpan.FromMinutes(row), CancellationToken.None);
    }
}

public sealed class FailsInItsConstructor
{
    public FailsInItsConstructor()
    {
        Trace.Follow("constructor");
        throw new InvalidOperationException("not made");
    }

    [Fact]
    public void Never_runs()
    {
    }
}
