using NUnit.Framework;

namespace Shop;

public class Green
{
    [Test] public void Is_empty() => Assert.That(0, Is.EqualTo(0));
    [TestCase("plain"), TestCase("<&\">"), TestCase("Ünï ✓"), TestCase("\u001b[31m"), TestCase("]]>"), TestCase("a\nb"), TestCase("\0")]
    public void Holds(string name) => Assert.That(name, Is.Not.Empty);
}
public class Red
{
    [Test] public void Are_numbers() { }
    [Test] public void Know_leap_days() => Assert.That(28, Is.EqualTo(29));
    [Test] public void Throw() => throw new InvalidOperationException("no stock <&> \u001b[31mred ]]>");
    [Test] public void Fail_twice() => Assert.Multiple(() => { Assert.That(1, Is.EqualTo(2)); Assert.That(3, Is.EqualTo(4)); });
}
public class Skipped
{
    [Test] public void Runs() { }
    [Test, Ignore("not today")] public void Waits() { }
    [Test] public void Is_ignored_inside() => Assert.Ignore("no network");
    [Test, Explicit] public void Is_explicit() { }
}
public class AllSkipped { [Test, Ignore("not today")] public void One() { } [Test, Ignore("not today")] public void Two() { } }
public class SetUpFails
{
    [SetUp] public void Start() => throw new InvalidOperationException("no database");
    [Test] public void Reads() { }
}
public class TearDownFails
{
    [TearDown] public void Stop() => throw new InvalidOperationException("still running");
    [Test] public void Reads() { }
}
public class ClassSetUpFails
{
    [OneTimeSetUp] public void Start() => throw new InvalidOperationException("no server");
    [Test] public void Reads() { }
    [Test] public void Writes() { }
}
public class ClassTearDownFails
{
    [OneTimeTearDown] public void Stop() => throw new InvalidOperationException("still running");
    [Test] public void Reads() { }
}
public class Crashed { [Test, Order(1)] public void Before() { } [Test, Order(2)] public void Dies() => Environment.FailFast("no stock"); }
public class ExitCalled { [Test, Order(1)] public void Before() { } [Test, Order(2)] public void Ends_the_run() => Environment.Exit(0); }
public class Inconclusive
{
    [Test] public void Runs() { }
    [Test] public void Does_not_know() => Assert.Inconclusive("no data");
    [Test] public void Assumes() => Assume.That(false, "not on this machine");
}
public class Warnings { [Test] public void Runs() { } [Test] public void Warns() => Assert.Warn("careful"); }
public class Flaky
{
    private static int _tries;
    [Test] public void Steady() { }
    [Test, Retry(3)] public void Second_time_lucky() => Assert.That(++_tries, Is.EqualTo(2));
}
public class Colours
{
    [Test] public void Prints()
    {
        Console.WriteLine("\u001b[31mred\u001b[0m \u0001 \uffff");
        Assert.That("\u001b[31mred\0\uffff", Is.EqualTo("green"));
    }
}
