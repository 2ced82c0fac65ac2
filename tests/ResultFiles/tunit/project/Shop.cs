using TUnit.Core;

namespace Shop;

public class Green
{
    [Test] public async Task Is_empty() => await Assert.That(0 + 0).IsEqualTo(0);
    [Test, Arguments("plain"), Arguments("<&\">"), Arguments("Ünï ✓"), Arguments("\u001b[31m"), Arguments("]]>"), Arguments("a\nb")]
    public async Task Holds(string name) => await Assert.That(name).IsNotEmpty();
}
public class Red
{
    [Test] public void Are_numbers() { }
    [Test] public async Task Know_leap_days() => await Assert.That(28 + 0).IsEqualTo(29);
    [Test] public void Throw() => throw new InvalidOperationException("no stock <&> \u001b[31mred ]]>");
}
public class Skipped
{
    [Test] public void Runs() { }
    [Test, Skip("not today")] public void Waits() { }
    [Test] public void Waits_inside() => Skip.Test("no network");
}
public class AllSkipped { [Test, Skip("not today")] public void One() { } [Test, Skip("not today")] public void Two() { } }
public class SetUpFails
{
    [Before(HookType.Test)] public void Start() => throw new InvalidOperationException("no database");
    [Test] public void Reads() { }
}
public class TearDownFails
{
    [After(HookType.Test)] public void Stop() => throw new InvalidOperationException("still running");
    [Test] public void Reads() { }
}
public class ClassSetUpFails
{
    [Before(HookType.Class)] public static void Start() => throw new InvalidOperationException("no server");
    [Test] public void Reads() { }
    [Test] public void Writes() { }
}
public class ClassTearDownFails
{
    [After(HookType.Class)] public static void Stop() => throw new InvalidOperationException("still running");
    [Test] public void Reads() { }
}
public class Depends
{
    [Test] public void First() => throw new InvalidOperationException("no stock");
    [Test, DependsOn(nameof(First))] public void Second() { }
}
public class Crashed { [Test] public void Dies() => Environment.FailFast("no stock"); }
public class ExitCalled { [Test] public void Ends_the_run() => Environment.Exit(0); }
public class Flaky
{
    private static int _tries;
    [Test] public void Steady() { }
    [Test, Retry(3)] public async Task Second_time_lucky() => await Assert.That(++_tries).IsEqualTo(2);
}
public class TimedOut { [Test, Timeout(500)] public async Task Never_ends(CancellationToken token) => await Task.Delay(60000, token); }
public class Colours
{
    [Test] public async Task Prints()
    {
        Console.WriteLine("\u001b[31mred\u001b[0m \u0001");
        await Assert.That("\u001b[31mred\0").IsEqualTo("green");
    }
}
