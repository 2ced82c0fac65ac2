using System.Reflection;
using Xunit;
using Xunit.v3;

namespace ChainBridge.TestKit.Basics;

/// <summary>Reads an attribute of a test from its method, its class or its assembly: the nearest one counts.</summary>
internal static class NearestAttribute
{
    /// <summary>The attribute of the running test, or of the running fixture's class; null when there is none.</summary>
    public static T? Here<T>() where T : Attribute
    {
        var context = TestContext.Current;
        return Of<T>(
            (context.TestMethod as IXunitTestMethod)?.Method, (context.TestClass as IXunitTestClass)?.Class,
            (context.TestAssembly as IXunitTestAssembly)?.Assembly);
    }

    /// <summary>The first of these places that has one.</summary>
    public static T? Of<T>(MethodInfo? method, Type? type, Assembly? assembly) where T : Attribute =>
        method?.GetCustomAttribute<T>() ?? type?.GetCustomAttribute<T>() ?? assembly?.GetCustomAttribute<T>();
}
