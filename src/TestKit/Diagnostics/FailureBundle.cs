using ChainBridge.TestKit.Basics;
using Xunit;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>
/// The evidence of one failed test: a folder with <c>summary.md</c> and the files that its evidence sources wrote.
/// </summary>
/// <param name="Folder">Full path.</param>
/// <param name="Files">Names of the files beside the summary.</param>
/// <param name="Missing">What could not be collected, and why.</param>
internal sealed record FailureBundle(string Folder, IReadOnlyList<string> Files, IReadOnlyList<string> Missing)
{
    /// <summary>Names the folder below which each assembly has one; default <c>TestResults/evidence</c> in the working directory.</summary>
    public const string FolderVariable = "CHAINBRIDGE_EVIDENCE";

    /// <summary>Names more variables whose values are secrets, separated by commas.</summary>
    public const string SecretsVariable = "CHAINBRIDGE_SECRETS";

    /// <summary>The time for all sources together: 8 s. What is late is named as missing.</summary>
    public static readonly TimeSpan SourceTime = TimeSpan.FromSeconds(8);

    private const int LongestName = 100;

    /// <summary>
    /// Asks all evidence sources of the test at once and writes the summary. Fails only when nothing can be written at all.
    /// </summary>
    /// <param name="assembly">Name of the test's assembly.</param>
    public static async Task<FailureBundle> CollectAsync(TestScope scope, TestEnding ending, string assembly,
        Func<string, string?> variable, TimeProvider time, CancellationToken cancellationToken)
    {
        var redactor = new Redactor(SecretsOf(scope, variable));
        var root = variable(FolderVariable) is { Length: > 0 } named ? named : Path.Combine("TestResults", "evidence");
        var path = Path.GetFullPath(Path.Combine(root, Safe(assembly), $"{Safe(redactor.Redact(scope.Name))}-{Digest.Hex(scope.Id, 8)}"));
        // What an earlier run left there is not this failure's.
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        var folder = new EvidenceFolder(path, new BoundedText(redactor.Redact).Take);

        var summary = new BundleSummary(scope, ending, time.GetLocalNow());
        await folder.WriteAsync(BundleSummary.File, summary.Unfinished(), cancellationToken);
        using var late = new CancellationTokenSource(SourceTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var problems = await Task.WhenAll(scope.Evidence.Select(source => AskAsync(source, folder, either.Token)));

        var missing = problems.OfType<string>().ToList();
        var files = Directory.GetFiles(path).Select(file => Path.GetFileName(file)!).Where(file => file != BundleSummary.File)
            .Order(StringComparer.Ordinal).ToList();
        await folder.WriteAsync(BundleSummary.File, summary.Finished(files, missing), CancellationToken.None);
        return new(path, files, missing);
    }

    /// <summary>
    /// For the framework: collects, and attaches the folder to the test. The line in the test's output and the job's summary
    /// are the framework's.
    /// </summary>
    public static async Task<string?> CollectAndLinkAsync(TestScope scope, TestEnding ending, CancellationToken cancellationToken)
    {
        var assembly = TestContext.Current.TestAssembly?.AssemblyName.Split(',')[0]
            ?? System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "tests";
        var bundle = await CollectAsync(scope, ending, assembly, Environment.GetEnvironmentVariable, TimeProvider.System,
            cancellationToken);
        // A test that was given up is reported from elsewhere, without its context.
        if (TestContext.Current.Test?.UniqueID != scope.Id) return bundle.Folder;
        TestContext.Current.AddAttachment("evidence", bundle.Folder);
        if (TestTrace.Of(scope).LinesForOutput() is { Length: > 0 } lines)
            TestContext.Current.TestOutputHelper?.WriteLine(new Redactor(SecretsOf(scope, Environment.GetEnvironmentVariable))
                .Redact(lines));
        return bundle.Folder;
    }

    private static async Task<string?> AskAsync(Evidence source, EvidenceFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            // On a thread of its own, and left behind at the deadline: some do not look at their token.
            await Task.Run(() => source.CollectAsync(folder, cancellationToken), CancellationToken.None).WaitAsync(cancellationToken);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return $"{source.Source}: not done within {SourceTime.TotalSeconds} s";
        }
        catch (Exception problem)
        {
            return $"{source.Source}: {problem.GetType().Name}: {problem.Message}";
        }
    }

    private static IEnumerable<string> SecretsOf(TestScope scope, Func<string, string?> variable)
    {
        var named = KnownSecrets.NamedIn(variable);
        var all = Environment.GetEnvironmentVariables().Keys.Cast<string>().Concat(named).Distinct()
            .Select(name => KeyValuePair.Create(name, variable(name))).ToList();
        return [.. Redactor.ValuesOf(all), .. all.Where(one => named.Contains(one.Key)).Select(one => one.Value).OfType<string>(),
            .. TestTrace.Of(scope).Secrets];
    }

    private static string Safe(string name)
    {
        var safe = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'));
        return safe.Length <= LongestName ? safe : safe[..LongestName];
    }
}
