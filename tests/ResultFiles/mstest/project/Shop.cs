using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Shop;

[TestClass] public class Green
{
    [TestMethod] public void Is_empty() => Assert.AreEqual(0, 0);
    [TestMethod, DataRow("plain"), DataRow("<&\">"), DataRow("Ünï ✓"), DataRow("\u001b[31m"), DataRow("]]>"), DataRow("a\nb")]
    public void Holds(string name) => Assert.AreNotEqual("", name);
}
[TestClass] public class Red
{
    [TestMethod] public void Are_numbers() { }
    [TestMethod] public void Know_leap_days() => Assert.AreEqual(29, 28);
    [TestMethod] public void Throw() => throw new InvalidOperationException("no stock <&> \u001b[31mred ]]>");
}
[TestClass] public class Skipped
{
    [TestMethod] public void Runs() { }
    [TestMethod, Ignore("not today")] public void Waits() { }
    [TestMethod, Ignore] public void Waits_too() { }
}
[TestClass] public class AllSkipped { [TestMethod, Ignore] public void One() { } [TestMethod, Ignore] public void Two() { } }
[TestClass] public class SetUpFails
{
    [TestInitialize] public void Start() => throw new InvalidOperationException("no database");
    [TestMethod] public void Reads() { }
}
[TestClass] public class TearDownFails
{
    [TestCleanup] public void Stop() => throw new InvalidOperationException("still running");
    [TestMethod] public void Reads() { }
}
[TestClass] public class ClassSetUpFails
{
    [ClassInitialize] public static void Start(TestContext _) => throw new InvalidOperationException("no server");
    [TestMethod] public void Reads() { }
    [TestMethod] public void Writes() { }
}
[TestClass] public class ClassTearDownFails
{
    [ClassCleanup] public static void Stop() => throw new InvalidOperationException("still running");
    [TestMethod] public void Reads() { }
}
[TestClass] public class Crashed
{
    [TestMethod] public void A_before() { }
    [TestMethod] public void B_dies() => Environment.FailFast("no stock");
}
[TestClass] public class ExitCalled
{
    [TestMethod] public void A_before() { }
    [TestMethod] public void B_ends_the_run() => Environment.Exit(0);
}
[TestClass] public class Inconclusive
{
    [TestMethod] public void Runs() { }
    [TestMethod] public void Does_not_know() => Assert.Inconclusive("no data");
}
[TestClass] public class Flaky
{
    private static int _tries;
    [TestMethod] public void Steady() { }
    [TestMethod, Retry(3)] public void Second_time_lucky() => Assert.AreEqual(2, ++_tries);
}
[TestClass] public class Timeouts { [TestMethod, Timeout(500)] public void Never_ends() => Thread.Sleep(60000); }
[TestClass] public class Colours
{
    [TestMethod] public void Prints()
    {
        Console.WriteLine("\u001b[31mred\u001b[0m \u0001 \uffff");
        Assert.AreEqual("green", "\u001b[31mred\0\uffff");
    }
}
