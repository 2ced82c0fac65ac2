using Xunit;

namespace Shop;

public class Green
{
    [Fact] public void Is_empty() => Assert.Equal(0, 0);
    [Theory, InlineData("plain"), InlineData("<&\">"), InlineData("Ünï ✓"), InlineData("\u001b[31m"), InlineData("]]>"), InlineData("a\nb"),
        InlineData("\0")] public void Holds(string name) => Assert.NotEmpty(name);
}
public class Red
{
    [Fact] public void Are_numbers() { }
    [Fact] public void Know_leap_days() => Assert.Equal(29, 28);
    [Fact] public void Throw() => throw new InvalidOperationException("no stock <&> \u001b[31mred ]]>");
    [Theory, InlineData(1), InlineData(2)] public void Is_one(int number) => Assert.Equal(1, number);
}
public class Skipped { [Fact] public void Runs() { } [Fact(Skip = "not today")] public void Waits() { } }
public class AllSkipped { [Fact(Skip = "not today")] public void One() { } [Fact(Skip = "not today")] public void Two() { } }
public class SetUpFails { public SetUpFails() => throw new InvalidOperationException("no database"); [Fact] public void Reads() { } }
public sealed class TearDownFails : IDisposable
{
    public void Dispose() => throw new InvalidOperationException("still running");
    [Fact] public void Reads() { }
}
public class NoServer { public NoServer() => throw new InvalidOperationException("no server"); }
public class ClassSetUpFails(NoServer server) : IClassFixture<NoServer>
{
    [Fact] public void Reads() => Assert.NotNull(server);
    [Fact] public void Writes() { }
}
public sealed class StillRunning : IDisposable { public void Dispose() => throw new InvalidOperationException("still running"); }
public class ClassTearDownFails(StillRunning server) : IClassFixture<StillRunning> { [Fact] public void Reads() => Assert.NotNull(server); }
public class Crashed { [Fact] public void Dies() => Environment.FailFast("no stock"); }
public class ExitCalled { [Fact] public void Ends_the_run() => Environment.Exit(0); }
public class Colours
{
    [Fact] public void Prints() { Console.WriteLine("\u001b[31mred\u001b[0m \u0001"); Assert.Equal("green", "\u001b[31mred\0\uffff"); }
}
public class SkippedInside
{
    [Fact] public void Runs() { }
    [Fact] public void Waits() => Assert.Skip("no network");
    [Fact] public void Waits_too() => Assert.SkipWhen(true, "no printer");
}
public class Explicit { [Fact] public void Runs() { } [Fact(Explicit = true)] public void Is_asked_for() => Assert.Fail("never"); }
public class Warned { [Fact] public void Warns() => TestContext.Current.AddWarning("careful"); }
public class TimedOut
{
    [Fact(Timeout = 500)] public async Task Never_ends() => await Task.Delay(60000, TestContext.Current.CancellationToken);
}
