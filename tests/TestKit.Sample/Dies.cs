using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>
/// One after the other: a test that passes, one that ends the process in the way <c>SAMPLE_DIES</c> names, and one that comes too late.
/// </summary>
[TestMethodOrderer(typeof(ByName))]
public sealed class Dies
{
    [Fact]
    public void A_passes_before_it()
    {
    }

    [Fact]
    public void B_ends_the_process()
    {
        switch (Environment.GetEnvironmentVariable("SAMPLE_DIES"))
        {
            case "kill": Process.GetCurrentProcess().Kill(); break;
            case "failfast": Environment.FailFast("the end"); break;
            case "overflow": Deeper(0); break;
            case "native": EndAtOnce(0); break;
            case "waits": Wait(); break;
        }
    }

    [Fact]
    public void C_comes_too_late()
    {
    }

    private static int Deeper(int depth) => Deeper(depth + 1) + depth;

    /// <summary>For a signal from outside; the file says that it may come.</summary>
    private static void Wait()
    {
        File.WriteAllText(Environment.GetEnvironmentVariable("SAMPLE_READY")!, $"{Environment.ProcessId}");
        Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>The C library's <c>_exit</c>: no handler of .NET is asked.</summary>
    private static void EndAtOnce(int code) =>
        Marshal.GetDelegateForFunctionPointer<Exit>(NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "_exit"))(code);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Exit(int code);
}

/// <summary>By the name of the method.</summary>
public sealed class ByName : Xunit.v3.ITestMethodOrderer
{
    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, Xunit.Sdk.ITestMethod =>
        [.. testMethods.OrderBy(method => method?.MethodName, StringComparer.Ordinal)];
}
