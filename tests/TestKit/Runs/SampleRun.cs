using System.Diagnostics;
using System.Xml.Linq;
using FluentAssertions;

namespace ChainBridge.Tests.TestKit.Runs;

/// <summary>One run of tests/TestKit.Sample as a process of its own, and the content of its result file.</summary>
internal sealed record SampleRun(int ExitCode, IReadOnlyList<SampleResult> Results, string Output)
{
    private const string Sample = "ChainBridge.Tests.TestKit.Sample";

    /// <summary>Long enough that on a busy machine all that is to be running at the deadline is.</summary>
    private const string Budget = "10s";

    /// <summary>The budget, ten seconds more for what hangs, and much for a busy machine; a run that is held up never ends.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(180);

    /// <summary>The sample of the build these tests are from.</summary>
    public static string Dll { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../TestKit.Sample",
        Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "../../.."), AppContext.BaseDirectory), Sample + ".dll"));

    public SampleResult this[string name] => Results.Should().ContainSingle(result => result.Name == name, Output).Subject;

    /// <summary>The executable itself, with some of its classes, all at once.</summary>
    public static Task<SampleRun> OfClassesAsync(
        IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken, params string[] classes) =>
        RunAsync(file => [Dll, "-noColor", "-maxThreads", "unlimited",
            .. classes.SelectMany(name => new[] { "-class", $"{Sample}.{name}" }), "-result-trx", file], variables, cancellationToken);

    /// <summary>
    /// The executable itself, with a result file of every kind in the folder: <c>results.junit.xml</c>, <c>results.ctrf.json</c>.
    /// </summary>
    public static Task<SampleRun> WithAllResultsAsync(
        IReadOnlyDictionary<string, string> variables, string folder, CancellationToken cancellationToken, params string[] classes) =>
        RunAsync(file => [Dll, "-noColor", .. classes.SelectMany(name => new[] { "-class", $"{Sample}.{name}" }), "-result-trx", file,
            "-result-junit", Path.Combine(folder, "results.junit.xml"),
            "-result-ctrf", Path.Combine(folder, "results.ctrf.json")], variables, cancellationToken);

    /// <summary><c>dotnet test</c>, with a filter.</summary>
    public static Task<SampleRun> OfDotnetTestAsync(string filter, CancellationToken cancellationToken) =>
        OfDotnetTestAsync(filter, cancellationToken, new Dictionary<string, string>(), Dll);

    /// <summary><c>dotnet test</c>, with a filter and variables.</summary>
    public static Task<SampleRun> OfDotnetTestAsync(string filter, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken) => OfDotnetTestAsync(filter, cancellationToken, variables, Dll);

    /// <summary><c>dotnet test</c> of several assemblies.</summary>
    public static Task<SampleRun> OfDotnetTestAsync(
        string filter, CancellationToken cancellationToken, IReadOnlyDictionary<string, string> variables, params string[] dlls) =>
        RunAsync(file => ["test", .. dlls, "--filter", filter, "--logger", $"trx;LogFileName={file}", "--", "xUnit.MaxParallelThreads=-1"],
            variables, cancellationToken);

    /// <summary>The executable itself, with these classes one after the other, so that their order shows.</summary>
    public static Task<SampleRun> OfClassesInOrderAsync(
        IReadOnlyDictionary<string, string> variables, string dll, CancellationToken cancellationToken, params string[] classes) =>
        RunAsync(file => [dll, "-noColor", "-parallelMode", "none", .. classes.SelectMany(name => new[] { "-class", $"{Sample}.{name}" }),
            "-result-trx", file], variables, cancellationToken);

    /// <summary>The executable itself, with a class that ends its process: a result file of the runner may be missing.</summary>
    /// <param name="meanwhile">Does something to the process.</param>
    public static Task<SampleRun> ThatDiesAsync(IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken,
        string ofClass, Func<Process, CancellationToken, Task>? meanwhile = null) =>
        RunAsync(file => [Dll, "-noColor", "-class", $"{Sample}.{ofClass}", "-result-trx", file], variables, cancellationToken,
            meanwhile ?? ((_, _) => Task.CompletedTask));

    private static async Task<SampleRun> RunAsync(Func<string, string[]> arguments, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken, Func<Process, CancellationToken, Task>? dies = null)
    {
        File.Exists(Dll).Should().BeTrue($"the sample is built with these tests: {Dll}");
        var file = Path.Combine(Path.GetTempPath(), $"chainbridge-sample-{Guid.NewGuid():N}.trx");
        var start = new ProcessStartInfo("dotnet", arguments(file))
        {
            WorkingDirectory = Path.GetDirectoryName(Dll)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // Nothing of the run that these tests belong to: no seed, no shard, no budget shared with it.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CHAINBRIDGE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment.Remove("GITHUB_STEP_SUMMARY");
        start.Environment["CHAINBRIDGE_RUN_ID"] = "off";
        start.Environment["CHAINBRIDGE_DURATIONS"] = "off";
        start.Environment["CHAINBRIDGE_BUDGET_DATABASE"] = Budget;
        start.Environment["CHAINBRIDGE_BUDGET_SMOKE"] = Budget;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            if (dies is not null) await dies(process, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            var text = $"{await output}{await errors}";
            if (dies is not null && !File.Exists(file)) return new(process.ExitCode, [], text);
            File.Exists(file).Should().BeTrue($"a result file was written; the run printed: {text}");
            return new(process.ExitCode, Read(XDocument.Load(file)), text);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the run of {Sample} had not ended after {Deadline.TotalSeconds} s", late);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<SampleResult> Read(XDocument trx)
    {
        var results = Elements(trx, "UnitTestResult")
            .Select(result => new SampleResult((string)result.Attribute("testName")!, (string)result.Attribute("outcome")!,
                Text(result, "ErrorInfo", "Message"), Text(result, "Output", "StdOut", "TextMessages"))).ToList();
        var counters = Elements(trx, "Counters").Single();
        ((int)counters.Attribute("total")!).Should().Be(results.Count, "the sums are those of the results");
        ((int)counters.Attribute("failed")!).Should().Be(results.Count(result => result.Outcome == "Failed"));
        return results;
    }

    // xUnit's own writer has a test's output in TextMessages, that of VSTest in StdOut.
    private static string Text(XContainer result, string parent, params string[] names) =>
        string.Concat(Elements(result, parent).Elements().Where(element => names.Contains(element.Name.LocalName))
            .Select(element => element.Value));

    private static IEnumerable<XElement> Elements(XContainer within, string name) =>
        within.Descendants().Where(element => element.Name.LocalName == name);
}

/// <summary>A result as the file has it.</summary>
internal sealed record SampleResult(string Name, string Outcome, string Message, string Output)
{
    /// <summary>Why it was skipped; xUnit's writer has it with the output, that of VSTest with the message.</summary>
    public string Reason => Message + Output;
}
