namespace ChainBridge.Tests.Deployment.Harness;

/// <summary>Where things are in the tree these tests were built from.</summary>
public static class Places
{
    public static string Root { get; } = FindRoot();

    public static string Stack { get; } = Path.Combine(Root, "tests", "Deployment", "Stack");

    /// <summary>
    /// The runner of this build, in its own folder: the copy beside the tests is rewritten when coverage is collected. Or the one that
    /// <c>CHAINBRIDGE_TESTED_RUNNER</c> names, e.g. one compiled to native code.
    /// </summary>
    public static string Runner { get; } = Environment.GetEnvironmentVariable("CHAINBRIDGE_TESTED_RUNNER") is { Length: > 0 } named
        ? named
        : BuiltIn("DeployRunner", "deployrunner.dll");

    /// <summary>The load tool of this build.</summary>
    public static string LoadTool { get; } = BuiltIn("TestKit.Load.Tool", "ChainBridge.TestKit.Load.Tool.dll");

    /// <summary>What starts it.</summary>
    public static IReadOnlyList<string> RunnerCommand { get; } =
        Runner.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", Runner] : [Runner];

    private static string BuiltIn(string project, string program) => Path.Combine(Root, "src", project, "bin",
        Path.GetRelativePath(Path.Combine(Root, "tests", "Deployment", "bin"), AppContext.BaseDirectory), program);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ChainBridge.Tests.sln"))) return folder.FullName;
        throw new InvalidOperationException($"no ChainBridge.Tests.sln above {AppContext.BaseDirectory}: run the tests from a clone");
    }
}
